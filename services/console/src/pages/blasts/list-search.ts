import { BlastState } from "#gen/fanfare/api/v1/blast_pb.js";

/** What the address of the list of blasts says. */
export type BlastListSearch = { state?: string; direct?: true };

/** The states that the list can be narrowed to, as addresses write them. */
export const listedStates: readonly { key: string; label: string; state: BlastState }[] = [
  { key: "all", label: "All", state: BlastState.UNSPECIFIED },
  { key: "sending", label: "Sending", state: BlastState.SENDING },
  { key: "paused", label: "Paused", state: BlastState.PAUSED },
  { key: "completed", label: "Completed", state: BlastState.COMPLETED },
  { key: "cancelled", label: "Cancelled", state: BlastState.CANCELLED },
  { key: "refused", label: "Refused", state: BlastState.REFUSED },
];

/** Reads what an address says; what it cannot mean is left out. */
export function readBlastListSearch(search: Record<string, unknown>): BlastListSearch {
  const state = listedStates.find(({ key }) => key === search["state"] && key !== "all")?.key;
  return {
    ...(state === undefined ? {} : { state }),
    ...(search["direct"] === true ? { direct: true as const } : {}),
  };
}
