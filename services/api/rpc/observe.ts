import type { ConnectError, Interceptor, StreamResponse } from "@connectrpc/connect";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { type Call, callKey, codeName } from "./call.ts";
import { toConnectError } from "./map-error.ts";

/**
 * The outermost interceptor: makes every error one for the wire, and notes how the call ended. It also ends a stream when its
 * signal is aborted (deadline, shutdown), whatever the implementation does with it.
 */
export const observe: Interceptor = (next) => async (request) => {
  const call = request.contextValues.get(callKey);
  try {
    const response = await next(request);
    if (response.stream) return { ...response, message: observed(response, request.signal, call) };
    call.code = "ok";
    return response;
  } catch (error) {
    throw noteFailure(call, error);
  }
};

/** Notes a failure on the call and answers what the caller is told of it. */
export function noteFailure(call: Call, error: unknown): ConnectError {
  const told = toConnectError(error, call.id);
  call.code = codeName(told.code);
  const reason = told.findDetails(ErrorInfoSchema)[0]?.reason;
  if (reason !== undefined) call.reason = reason;
  const cause = told === error ? told.cause : error;
  if (cause !== undefined) call.error = cause;
  return told;
}

async function* observed(
  response: StreamResponse,
  signal: AbortSignal,
  call: Call,
): StreamResponse["message"] {
  const messages = response.message[Symbol.asyncIterator]();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  let finished = false;
  try {
    for (;;) {
      const next = await Promise.race([messages.next(), aborted]);
      if (next.done === true) break;
      yield next.value;
    }
    finished = true;
    call.code = "ok";
  } catch (error) {
    throw noteFailure(call, error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not awaited: an implementation that is stuck would hold the answer back.
    if (!finished) void messages.return?.().catch(() => {});
    call.code ??= "canceled";
  }
}
