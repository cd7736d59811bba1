/** Which dead letters the error queue shows. */
export type ErrorsSearch = { queue?: string; reason?: string; requeued?: true };

/** Which agencies are shown, and whether one is being made. */
export type AgenciesSearch = { search?: string; create?: true };

/** Reads what an address says; what it cannot mean is left out. */
export function readErrorsSearch(search: Record<string, unknown>): ErrorsSearch {
  return {
    ...(typeof search["queue"] === "string" ? { queue: search["queue"] } : {}),
    ...(typeof search["reason"] === "string" ? { reason: search["reason"] } : {}),
    ...(search["requeued"] === true ? { requeued: true } : {}),
  };
}

/** Reads what an address says; what it cannot mean is left out. */
export function readAgenciesSearch(search: Record<string, unknown>): AgenciesSearch {
  const text = search["search"];
  return {
    ...(typeof text === "string" || typeof text === "number" ? { search: String(text) } : {}),
    ...(search["create"] === true ? { create: true } : {}),
  };
}
