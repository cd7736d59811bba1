import { normaliseAddress } from "../address/normalise-address.ts";
import type { ImportField } from "./fields.ts";
import { MAX_ATTRIBUTE_CHARS, MAX_LOCALE_CHARS, MAX_NAME_CHARS } from "./limits.ts";
import type { Columns } from "./read-header.ts";
import { readStatus, readYesNo, STATUS_WORDS } from "./read-values.ts";

/** One customer of a file. Fields whose column the file does not have are empty here and keep what is stored. */
export type ImportRow = {
  externalId: string | null;
  email: string;
  addressKey: string;
  firstName: string;
  lastName: string;
  locale: string;
  status: "active" | "inactive";
  attributes: Record<string, string>;
  suppressions: readonly ("opted_out" | "bounced")[];
  /** Name of the list that the row itself names. */
  list: string | null;
};

/** What is wrong with one value of a row, and what to do. `column` is empty when it is about the whole row. */
export type RowProblem = { column: string; message: string };

export type RowResult = { ok: true; row: ImportRow } | { ok: false; problems: RowProblem[] };

const shownChars = 60;

/** True for a row without any value, which spreadsheets leave at the end. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === "");
}

/** Reads one row. Every wrong value is told, so that a file is mended in one go. */
export function readRow(columns: Columns, cells: readonly string[]): RowResult {
  const { names, fields, attributes } = columns;
  if (cells.length !== names.length) {
    const message =
      `The row has ${cells.length} values and the header ${names.length}; ` +
      "put values that hold the delimiter in double quotes.";
    return { ok: false, problems: [{ column: "", message }] };
  }
  const problems: RowProblem[] = [];
  const report = (index: number | undefined, message: string): void => {
    problems.push({ column: index === undefined ? "" : (names[index] ?? ""), message });
  };
  const cell = (index: number, maxChars: number): string => {
    const value = (cells[index] ?? "").trim();
    if (value.length > maxChars)
      report(index, `The value has ${value.length} characters; at most ${maxChars} fit.`);
    if (value.includes("\0")) report(index, "The value holds a NUL character; remove it.");
    return value;
  };
  const text = (field: ImportField, maxChars = MAX_NAME_CHARS): string => {
    const index = fields[field];
    return index === undefined ? "" : cell(index, maxChars);
  };
  const yesNo = (field: ImportField): boolean | undefined => {
    const value = text(field);
    const read = readYesNo(value);
    if (read === undefined)
      report(fields[field], `${shown(value)} is neither yes nor no; write true or false.`);
    return value === "" ? undefined : read;
  };

  const rawEmail = fields.email === undefined ? "" : (cells[fields.email] ?? "");
  const address = normaliseAddress(rawEmail);
  if (!address.ok)
    report(fields.email, rawEmail.trim() === "" ? address.message : `${shown(rawEmail)}: ${address.message}`);
  const rawStatus = text("status");
  const status = readStatus(rawStatus);
  if (status === undefined) report(fields.status, `${shown(rawStatus)} is no status; write ${STATUS_WORDS}.`);
  const optedOut =
    yesNo("opted_out") === true || yesNo("opted_in") === false || status?.suppression === "opted_out";
  const bounced = yesNo("bounced") === true || status?.suppression === "bounced";
  const values = {
    externalId: text("external_id") || null,
    firstName: text("first_name"),
    lastName: text("last_name"),
    locale: text("locale", MAX_LOCALE_CHARS),
    attributes: Object.fromEntries(
      attributes.map(({ name, index }) => [name, cell(index, MAX_ATTRIBUTE_CHARS)]),
    ),
    list: text("list") || null,
  };
  if (!address.ok || status === undefined || problems.length > 0) return { ok: false, problems };
  const suppressions: ("opted_out" | "bounced")[] = [];
  if (optedOut) suppressions.push("opted_out");
  if (bounced) suppressions.push("bounced");
  const { address: email, key: addressKey } = address;
  return { ok: true, row: { ...values, email, addressKey, status: status.status, suppressions } };
}

function shown(value: string): string {
  return JSON.stringify(value.length > shownChars ? `${value.slice(0, shownChars)}…` : value);
}
