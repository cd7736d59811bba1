import { randomUUID } from "node:crypto";
import { Code, createContextKey } from "@connectrpc/connect";

/** What is known of one call, filled in as it proceeds, for its one line in the log and its metric. */
export type Call = {
  /** From the caller's `x-request-id` when that is sane, else ours. In every answer, and in the log. */
  id: string;
  /** For example fanfare.api.v1.AgencyService/GetAgency. */
  method: string;
  agencyId?: string;
  /** How it ended: `ok` or a Connect code in snake case. Unset when the request could not even be read. */
  code?: string;
  /** Stable reason of our ErrorInfo, where there is one. */
  reason?: string;
  /** What really happened, where that is more than what the caller was told. */
  error?: unknown;
};

/** The call's record, in its context. */
export const callKey = createContextKey<Call>({ id: "", method: "" }, { description: "call" });

/** Header that carries the id both ways. */
export const requestIdHeader = "x-request-id";

/** Begins the record of a call. */
export function beginCall(path: string, givenId: string | string[] | undefined): Call {
  const id = typeof givenId === "string" && /^[\w.:-]{1,100}$/.test(givenId) ? givenId : randomUUID();
  return { id, method: path.replace(/^\//, "").split("?", 1)[0] ?? "" };
}

/** `invalid_argument` for Code.InvalidArgument. */
export function codeName(code: Code): string {
  return Code[code].replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

// On the request itself: what a WeakMap holds stays until V8 clears up the old, and every call would grow old.
const own = Symbol("call");
type WithCall = { [own]?: Call };

/** Keeps a call's record with its request. */
export function keepCall(request: object, call: Call): void {
  (request as WithCall)[own] = call;
}

/** The record that was kept with a request. */
export function callOf(request: object): Call | undefined {
  return (request as WithCall)[own];
}
