import { setTimeout as wait } from "node:timers/promises";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { systemCodeOf } from "./system-code.ts";

/** Hears that a call failed and is tried again. `retry` counts from 1. */
export type RetryNote = (note: { error: ConnectError; retry: number; retries: number }) => void;

/** First and longest pause between two tries: a restart of the API takes a second or two. */
const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Repeats a call that may pass the next time, a bounded number of times with full jitter. Only calls that do no harm twice: those
 * that read, those that carry an idempotency key (the same one each time), and those that never arrived. Streams are left alone.
 */
export function createRetry(retries: number, onRetry?: RetryNote): Interceptor {
  return (next) => async (request) => {
    for (let retry = 1; ; retry++) {
      try {
        return await next(request);
      } catch (caught) {
        const error = ConnectError.from(caught);
        const again =
          !request.stream && retry <= retries && !request.signal.aborted && mayRepeat(request, error);
        if (!again) throw error;
        onRetry?.({ error, retry, retries });
        const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** retry);
        await wait(Math.random() * longest, undefined, { signal: request.signal });
      }
    }
  };
}

type Call = {
  readonly method: { readonly idempotency: MethodOptions_IdempotencyLevel };
  readonly message: unknown;
};

function mayRepeat({ method, message }: Call, error: ConnectError): boolean {
  const systemCode = systemCodeOf(error);
  if (!isAway(error) && systemCode === undefined) return false;
  if (systemCode === "ECONNREFUSED") return true;
  if (method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS) return true;
  return (
    typeof message === "object" &&
    message !== null &&
    "idempotencyKey" in message &&
    message.idempotencyKey !== ""
  );
}

/** Nobody answered, or the API said that its database has no place just now: too many calls wait for it, and this one was not begun. */
function isAway(error: ConnectError): boolean {
  if (error.code === Code.Unavailable) return true;
  return (
    error.code === Code.ResourceExhausted &&
    error.findDetails(ErrorInfoSchema).some(({ reason }) => reason === "database_busy")
  );
}
