import { Code, ConnectError } from "@connectrpc/connect";
import { ValidationError } from "@bufbuild/protovalidate";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { DatabaseBusyError, isDatabaseAway } from "#core/adapters/postgres/unavailable.ts";
import { UnknownReferenceError } from "#core/adapters/postgres/blasts/accept.ts";
import { KeyReusedError } from "#core/adapters/postgres/idempotency/remember.ts";
import { agencyHeader } from "./caller.ts";
import { fail } from "./fail.ts";

/**
 * What a caller is told of an error. What our code threw for the wire goes as it is; what nobody foresaw becomes Internal with
 * the call's id, under which the log has the rest.
 */
export function toConnectError(error: unknown, callId: string): ConnectError {
  if (error instanceof ConnectError) return withFieldInfo(error);
  if (error instanceof KeyReusedError) {
    return fail(Code.AlreadyExists, {
      reason: "idempotency_key_reused",
      message: error.message,
      field: "idempotency_key",
      hint: "Send the first request unchanged to repeat it, or choose a new key.",
    });
  }
  if (error instanceof UnknownReferenceError) {
    return fail(Code.NotFound, {
      reason: `unknown_${error.what}`,
      message: error.message,
      field: referenceField[error.what],
      hint: "Check the ids; List calls show those of your agency.",
    });
  }
  // The caller went away or stopped waiting; nobody hears this.
  if (error instanceof Error && error.name === "AbortError") {
    return new ConnectError("The call was cancelled.", Code.Canceled, undefined, undefined, error);
  }
  const code = sqlState(error);
  // Every row of an agency refers to it: an operator named one that does not exist.
  if (code === "23503" && constraintOf(error).endsWith("_agency_id_fkey")) {
    return fail(Code.NotFound, {
      reason: "unknown_agency",
      message: "There is no such agency.",
      field: agencyHeader,
      hint: "ListAgencies shows the ids.",
      cause: error,
    });
  }
  if (code === "40001" || code === "40P01") {
    return fail(Code.Aborted, {
      reason: "conflict",
      message: "Another call changed the same rows at the same time; nothing was done.",
      hint: "Send the call again.",
      cause: error,
    });
  }
  // A zero character, which PostgreSQL's text cannot hold; nothing else of a valid request gets this far.
  if (code === "22021" || code === "22P05") {
    return fail(Code.InvalidArgument, {
      reason: "invalid_text",
      message: "A text of the request holds a character that cannot be stored (U+0000).",
      hint: "Remove the zero characters and send the call again.",
      cause: error,
    });
  }
  if (code === "57014") {
    return fail(Code.DeadlineExceeded, {
      reason: "database_slow",
      message: "The database did not finish in time; nothing was done.",
      hint: "Ask for less at once (a smaller page, a narrower filter), or try again.",
      cause: error,
    });
  }
  if (error instanceof DatabaseBusyError) {
    const busy = fail(Code.ResourceExhausted, {
      reason: "database_busy",
      message:
        "This instance of the API has more to do than it has connections to the database; nothing was done.",
      hint: "Send the call again in a second or two, with the same idempotency key if it has one.",
      cause: error,
    });
    busy.metadata.set("retry-after", "1");
    return busy;
  }
  if (isDatabaseAway(error)) {
    return fail(Code.Unavailable, {
      reason: "database_unavailable",
      message: "The database cannot be reached at the moment.",
      hint: "Send the call again in a few seconds, with the same idempotency key if it has one.",
      cause: error,
    });
  }
  return fail(Code.Internal, {
    reason: "internal",
    message: `Something went wrong on our side (call ${callId}).`,
    hint: "Send the call again; if it stays, tell the operator the id of the call.",
    cause: error,
  });
}

const referenceField: Record<UnknownReferenceError["what"], string> = {
  template: "content.template_id",
  customer_list: "audience.list_id",
  customers: "audience.customers.ids",
  agency: agencyHeader,
};

/** PostgreSQL's five characters, or Node's system code. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function constraintOf(error: unknown): string {
  return error instanceof Error && "constraint" in error && typeof error.constraint === "string"
    ? error.constraint
    : "";
}

/** Adds our ErrorInfo to what protovalidate found, so that a program finds field and hint where it always does. */
function withFieldInfo(error: ConnectError): ConnectError {
  const first = error.cause instanceof ValidationError ? error.cause.violations[0] : undefined;
  if (
    first === undefined ||
    error.details.some((detail) => "desc" in detail && detail.desc === ErrorInfoSchema)
  )
    return error;
  error.details.push({
    desc: ErrorInfoSchema,
    value: {
      reason: "invalid_request",
      field: pathToString(first.field),
      hint: `${first.message}. The rules are in the contract, beside each field.`,
    },
  });
  return error;
}
