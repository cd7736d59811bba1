/** What the address of a template says: the tab, and which two versions are compared. */
export type TemplateSearch = { tab?: "versions"; from?: number; to?: number };

/** Reads what an address says; what it cannot mean is left out. */
export function readTemplateSearch(search: Record<string, unknown>): TemplateSearch {
  const [from, to] = [versionOf(search["from"]), versionOf(search["to"])];
  return {
    ...(search["tab"] === "versions" ? { tab: "versions" as const } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function versionOf(value: unknown): number | undefined {
  const version = Number(value);
  return Number.isSafeInteger(version) && version > 0 ? version : undefined;
}
