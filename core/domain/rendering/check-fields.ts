import { KNOWN_FIELDS } from "./context.ts";
import type { CompiledTemplate } from "./compile-template.ts";
import { editDistance } from "./edit-distance.ts";
import type { FieldReference } from "./fields.ts";
import { MAX_PROBLEMS, type TemplateProblem } from "./problems.ts";

/** A field that does not exist (error), or may not exist for every customer (warning). */
export type FieldProblem = TemplateProblem & { severity: "error" | "warning" };

/** The fields there are. Without `attributes` the customer list's columns are unknown, and any attribute is only warned about. */
export type FieldSchema = { fields?: readonly string[]; attributes?: readonly string[] };

const ATTRIBUTES = "customer.attributes";

/** Which fields a template names, each use once, in source order. */
export const fieldsOf = (template: CompiledTemplate): readonly FieldReference[] => template.fields;

/** Checks every field that a template names, so that a misspelt one is refused before a mail goes out without it. */
export function checkFields(template: CompiledTemplate, schema: FieldSchema = {}): FieldProblem[] {
  const known = schema.fields ?? KNOWN_FIELDS;
  const leaves = new Set(known);
  const groups = new Set([ATTRIBUTES, ...known.flatMap(parents), ...parents(`${ATTRIBUTES}.x`)]);
  const problems: FieldProblem[] = [];
  for (const reference of template.fields) {
    if (problems.length >= MAX_PROBLEMS) break;
    const found = checkOne(reference, leaves, groups, schema.attributes);
    if (found === undefined) continue;
    const { part, line, column } = reference;
    problems.push({ part, line, column, ...found });
  }
  return problems;
}

/** "a.b.c" → "a", "a.b" */
const parents = (path: string): string[] => {
  const parts = path.split(".");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
};

type Finding = Pick<FieldProblem, "severity" | "message">;

function checkOne(
  { path, use }: FieldReference,
  leaves: ReadonlySet<string>,
  groups: ReadonlySet<string>,
  attributes: readonly string[] | undefined,
): Finding | undefined {
  if (path.startsWith(`${ATTRIBUTES}.`)) return checkAttribute(path, leaves, attributes);
  if (leaves.has(path)) return undefined;
  if (groups.has(path) || path === "") {
    return use === "print"
      ? error(`{{${path || "this"}}} is a group of fields and prints nothing; name one of its fields.`)
      : undefined;
  }
  const withoutItems = path.replace(/\.(?:\[\]|\*)$/, "");
  if (withoutItems !== path && groups.has(withoutItems)) return undefined;
  if (path === "*")
    return error("This leads out of the template's data; check the ../ in it, or name the field in full.");
  return error(`{{${path}}}: no such field${suggestion(path, [...leaves], attributes)}`);
}

function checkAttribute(
  path: string,
  leaves: ReadonlySet<string>,
  attributes: readonly string[] | undefined,
): Finding | undefined {
  const name = path.slice(ATTRIBUTES.length + 1).split(".")[0] ?? "";
  if (name === "[]" || name === "*" || attributes?.includes(name)) return undefined;
  if (attributes === undefined) {
    return {
      severity: "warning",
      message: `{{${path}}} depends on the customer list; customers without "${name}" see nothing there.`,
    };
  }
  return error(`{{${path}}}: the customer list has no "${name}"${suggestion(path, [...leaves], attributes)}`);
}

const error = (message: string): Finding => ({ severity: "error", message });

function suggestion(path: string, leaves: readonly string[], attributes: readonly string[] = []): string {
  const candidates = [...leaves, ...attributes.map((name) => `${ATTRIBUTES}.${name}`)];
  const best = candidates
    .map((candidate) => ({ candidate, distance: distanceTo(path, candidate) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(path.length / 4))
    ? `; did you mean ${best.candidate}?`
    : `; the fields are ${leaves.join(", ")} and ${ATTRIBUTES}.*`;
}

/** Compares whole paths, and last names alone, because leaving out "customer." is the usual slip. */
const distanceTo = (path: string, candidate: string): number =>
  Math.min(editDistance(path, candidate), 1 + editDistance(path, candidate.split(".").at(-1) ?? ""));
