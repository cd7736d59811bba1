import { attributeName, foldName, MAPPABLE_FIELDS, SPELLINGS, type ImportField } from "./fields.ts";
import type { FileProblem } from "./file-problem.ts";
import { MAX_ATTRIBUTES, MAX_COLUMNS, MAX_COLUMNS_TOLD } from "./limits.ts";

/** Where each field and attribute stands in a row; `names` are the columns as the file writes them. */
export type Columns = {
  names: readonly string[];
  fields: Readonly<Partial<Record<ImportField, number>>>;
  attributes: readonly { name: string; index: number }[];
};

type Header = { ok: true; columns: Columns } | { ok: false; problem: FileProblem };
type Plan = { fields: Partial<Record<ImportField, number>>; attributes: { name: string; index: number }[] };

/**
 * Finds out what the columns hold: by the caller's mapping (column → field), or by their names. Without a mapping, columns that
 * match nothing become attributes; with one, they are left out.
 */
export function readHeader(cells: readonly string[], mapping: Readonly<Record<string, string>>): Header {
  const names = cells.map((cell) => cell.trim());
  if (names.every((name) => name === "")) {
    return refuse(
      "empty_file",
      "The first line names no columns.",
      "Begin the file with a line such as email,first_name,last_name.",
    );
  }
  if (names.length > MAX_COLUMNS) {
    const message = `The file has ${names.length} columns; at most ${MAX_COLUMNS} are read.`;
    return refuse("too_many_columns", message, "Leave out columns that no mail needs.");
  }
  const planned = Object.keys(mapping).length > 0 ? byMapping(names, mapping) : byName(names);
  if ("problem" in planned) return { ok: false, problem: planned.problem };
  if (planned.fields.email === undefined) {
    return refuse(
      "missing_email_column",
      `No column holds the e-mail address. The columns are: ${listed(names)}.`,
      `Name one of them email, or map it: mapping {"${names.find((name) => name !== "")}": "email"}.`,
    );
  }
  const twice = firstRepeated(planned.attributes.map((attribute) => attribute.name));
  if (twice !== undefined) {
    const message = `Two columns become the attribute ${twice}.`;
    return refuse("ambiguous_column", message, "Rename one of them, or choose columns with a mapping.");
  }
  if (planned.attributes.length > MAX_ATTRIBUTES) {
    const message = `${planned.attributes.length} columns would become attributes; a customer has at most ${MAX_ATTRIBUTES}.`;
    return refuse(
      "too_many_columns",
      message,
      "Choose columns with a mapping; the others are then left out.",
    );
  }
  return { ok: true, columns: { names, ...planned } };
}

function byName(names: readonly string[]): Plan {
  const folded = names.map(foldName);
  const plan: Plan = { fields: {}, attributes: [] };
  const taken = new Set<number>();
  for (const [field, spellings] of Object.entries(SPELLINGS) as [ImportField, readonly string[]][]) {
    const spelling = spellings.find((candidate) => folded.includes(candidate));
    if (spelling === undefined) continue;
    plan.fields[field] = folded.indexOf(spelling);
    taken.add(folded.indexOf(spelling));
  }
  names.forEach((column, index) => {
    const name = attributeName(column);
    // A column without a name is what a spreadsheet leaves behind at the right edge.
    if (!taken.has(index) && name !== "") plan.attributes.push({ name, index });
  });
  return plan;
}

function byMapping(
  names: readonly string[],
  mapping: Readonly<Record<string, string>>,
): Plan | { problem: FileProblem } {
  const plan: Plan = { fields: {}, attributes: [] };
  for (const [column, field] of Object.entries(mapping)) {
    const index = indexOf(names, column);
    if (index < 0) {
      return problem(
        "unknown_mapping_column",
        `The mapping names the column "${column}", which the file does not have. Its columns are: ${listed(names)}.`,
        "Write the column as the file does.",
      );
    }
    const attribute = /^attributes\.([A-Za-z_][A-Za-z0-9_]{0,63})$/.exec(field)?.[1];
    if (attribute !== undefined) {
      plan.attributes.push({ name: attribute, index });
      continue;
    }
    const known = MAPPABLE_FIELDS.find((candidate) => candidate === field);
    if (known === undefined) {
      const hint = `Use one of ${MAPPABLE_FIELDS.join(", ")}, or attributes.<name>.`;
      return problem(
        "unknown_mapping_field",
        `The column "${column}" is mapped to "${field}", which is no field.`,
        hint,
      );
    }
    if (plan.fields[known] !== undefined) {
      const message = `Two columns are mapped to ${known}: "${names[plan.fields[known]]}" and "${column}".`;
      return problem("ambiguous_column", message, "Map only one.");
    }
    plan.fields[known] = index;
  }
  return plan;
}

function indexOf(names: readonly string[], column: string): number {
  const exact = names.indexOf(column.trim());
  return exact >= 0 ? exact : names.findIndex((name) => foldName(name) === foldName(column));
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function listed(names: readonly string[]): string {
  const told = names
    .slice(0, MAX_COLUMNS_TOLD)
    .map((name) => (name === "" ? "(no name)" : name.slice(0, 64)));
  const more = names.length - told.length;
  return told.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const problem = (reason: FileProblem["reason"], message: string, hint: string) => ({
  problem: { reason, message, hint },
});

const refuse = (reason: FileProblem["reason"], message: string, hint: string): Header => ({
  ok: false,
  ...problem(reason, message, hint),
});
