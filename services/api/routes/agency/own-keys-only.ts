import type { Caller } from "../../rpc/caller.ts";

/** The user whose keys the caller may see and end; undefined is every user of the agency. */
export function ownKeysOnly(caller: Caller): string | undefined {
  return caller.kind === "agency" && caller.role !== "admin" ? caller.userId : undefined;
}
