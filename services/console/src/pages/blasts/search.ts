/** The tabs of a blast's page. */
export type BlastTab = "overview" | "deliveries" | "engagement";

/** What the address of a blast's page says beside the blast. */
export type BlastSearch = { tab?: BlastTab; state?: string; reason?: string; search?: string };

/** Reads what an address says; what it cannot mean is left out. */
export function readBlastSearch(search: Record<string, unknown>): BlastSearch {
  const tab = search["tab"];
  return {
    ...(tab === "deliveries" || tab === "engagement" ? { tab } : {}),
    ...textOf("state", search),
    ...textOf("reason", search),
    ...textOf("search", search),
  };
}

function textOf<K extends string>(key: K, search: Record<string, unknown>): { [key in K]?: string } {
  const value = search[key];
  // A search for digits arrives as a number.
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text !== "" ? ({ [key]: text } as { [key in K]: string }) : {};
}
