import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";

/** What went wrong, for people: what, where, and how to mend it. */
export type Problem = {
  kind: "not_found" | "no_permission" | "signed_out" | "offline" | "refused" | "failed";
  message: string;
  hint: string;
  /** Path of the field that was wrong, as in `email` or `settings.time_zone`; empty when none is to blame. */
  field: string;
  /** Stable, for comparing. */
  reason: string;
  /** For the operator's log; empty when the call never arrived. */
  requestId: string;
};

const kinds: Partial<Record<Code, Problem["kind"]>> = {
  [Code.NotFound]: "not_found",
  [Code.PermissionDenied]: "no_permission",
  [Code.Unauthenticated]: "signed_out",
  [Code.InvalidArgument]: "refused",
  [Code.FailedPrecondition]: "refused",
  [Code.AlreadyExists]: "refused",
  [Code.ResourceExhausted]: "refused",
};

/** Reads any error a call threw. */
export function problemOf(thrown: unknown): Problem {
  const error = ConnectError.from(thrown);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const requestId = error.metadata.get("x-request-id") ?? "";
  const arrived = requestId !== "" || info !== undefined;
  if (!arrived && (error.code === Code.Unknown || error.code === Code.Unavailable)) {
    return {
      kind: "offline",
      message: "Fanfare could not be reached.",
      hint: "Check the connection; this page tries again by itself.",
      field: "",
      reason: "offline",
      requestId,
    };
  }
  return {
    kind: kinds[error.code] ?? "failed",
    message: error.rawMessage || "Something went wrong.",
    hint: info?.hint ?? "",
    field: info?.field ?? "",
    reason: info?.reason ?? "",
    requestId,
  };
}
