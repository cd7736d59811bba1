import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";

/** What a caller is told when something cannot be done. */
export type Failure = {
  /** Stable, snake_case, for programs: for example unknown_template. */
  reason: string;
  /** What was wrong, with the value where it helps; for people. */
  message: string;
  /** Path of the field or name of the header that was wrong. */
  field?: string;
  /** What to do about it. */
  hint?: string;
  /** Kept for the log; never sent. */
  cause?: unknown;
};

/** An error for the wire, with an ErrorInfo detail. Callers `throw fail(…)`. */
export function fail(code: Code, failure: Failure): ConnectError {
  const { reason, message, field = "", hint = "", cause } = failure;
  return new ConnectError(
    message,
    code,
    undefined,
    [{ desc: ErrorInfoSchema, value: { reason, field, hint } }],
    cause,
  );
}

/** The one answer for an id that does not exist and for an id of another agency: they must look alike. */
export function notFound(what: string, id: string, field: string): ConnectError {
  return fail(Code.NotFound, {
    reason: `unknown_${what.replaceAll(" ", "_")}`,
    message: `There is no ${what} ${id}.`,
    field,
    hint: `Check the id; List calls show those of your agency.`,
  });
}
