/** What the address of the customers' page says: a part of an address or name, and a list. */
export type CustomersSearch = { search?: string; list?: string };

/** What the address of the suppressions' page says: one e-mail address. */
export type SuppressionsSearch = { email?: string };

/** Reads what an address says; what it cannot mean is left out. */
export function readCustomersSearch(search: Record<string, unknown>): CustomersSearch {
  const [text, list] = [textOf(search["search"]), textOf(search["list"])];
  return { ...(text === "" ? {} : { search: text }), ...(list === "" ? {} : { list }) };
}

/** Reads what an address says of suppressions. */
export function readSuppressionsSearch(search: Record<string, unknown>): SuppressionsSearch {
  const email = textOf(search["email"]);
  return email === "" ? {} : { email };
}

// A search for digits arrives as a number.
const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
