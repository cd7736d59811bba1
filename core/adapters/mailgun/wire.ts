import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/**
 * What happened on the wire during one call. mailgun.js tells a refused connection, a time-out and a reset alike
 * as status 400 and drops response headers; Node's own `http.client.*` diagnostics tell them apart, without touching
 * the library.
 */
export type Wire = {
  /** The HTTP client made a request. When it did not, or when the diagnostics did not show it, nothing below is evidence. */
  requested: boolean;
  /** A connection (for https: after its handshake) was there, so bytes of the request may have left. */
  connected: boolean;
  /** The connection was kept alive from an earlier call, and may have been closed by the far side meanwhile. */
  reusedSocket: boolean;
  /**
   * When the call ended, bytes of the request were still here: the far side has not got the whole of it. False says nothing; what was handed to
   * the system may have arrived or not.
   */
  unsent: boolean;
  /** Of the answer; undefined while none has come. */
  status: number | undefined;
  headers: IncomingHttpHeaders;
  /** The answer came to its proper end. */
  complete: boolean;
  /** As in `ECONNREFUSED`. */
  errorCode: string;
  /** Why we ended the call ourselves. */
  stopped: "deadline" | "aborted" | null;
};

export type Watched<T> = { wire: Wire; answer: T | undefined; error: unknown };

type Trace = { wire: Wire; request: ClientRequest | null };

const traces = new AsyncLocalStorage<Trace>();

// One subscription for the process: requests made outside of `watchCall` have no trace and pass by.
subscribe("http.client.request.created", (message) => {
  const trace = traces.getStore();
  if (trace !== undefined) follow(trace, (message as { request: ClientRequest }).request);
});

/** Runs one HTTP call under a total deadline. Never rejects, and leaves no request running. */
export async function watchCall<T>(
  call: () => Promise<T>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Watched<T>> {
  const wire: Wire = {
    requested: false,
    connected: false,
    reusedSocket: false,
    unsent: false,
    status: undefined,
    headers: {},
    complete: false,
    errorCode: "",
    stopped: null,
  };
  const trace: Trace = { wire, request: null };
  const outcome: Watched<T> = { wire, answer: undefined, error: undefined };
  const { promise: stopped, resolve: release } = Promise.withResolvers<void>();
  const stop = (why: "deadline" | "aborted") => {
    if (wire.stopped !== null) return;
    wire.stopped = why;
    if (trace.request !== null) noteUnsent(wire, trace.request);
    trace.request?.destroy(new Error(`the call was ended by us: ${why}`));
    release();
  };
  const onAbort = () => stop("aborted");
  const timer = setTimeout(stop, timeoutMs, "deadline");
  signal?.addEventListener("abort", onAbort, { once: true });
  const finished = traces
    .run(trace, async () => call())
    .then(
      (answer) => {
        outcome.answer = answer;
      },
      (error: unknown) => {
        outcome.error = error;
      },
    );
  await Promise.race([finished, stopped]);
  clearTimeout(timer);
  signal?.removeEventListener("abort", onAbort);
  // A copy: what the dying request still reports must not change what the caller judges.
  return { wire: { ...wire }, answer: outcome.answer, error: outcome.error };
}

// The bytes that Node has not handed over yet, of the request and of the socket below it. A write that fails is taken off them, so a loss may
// hide what was unsent but never feign it. The form's closing boundary is the last of these bytes: without them the far side has no whole form.
function noteUnsent(wire: Wire, request: ClientRequest): void {
  wire.unsent ||= wire.connected && request.writableLength > 0;
}

function follow(trace: Trace, request: ClientRequest): void {
  const { wire } = trace;
  request.on("error", (error: NodeJS.ErrnoException) => {
    if (trace.request === request) noteUnsent(wire, request);
    wire.errorCode ||= error.code ?? "";
  });
  // A second request is a followed redirect. A mail is posted to one address, once; and ours was stopped for a reason.
  if (trace.request !== null || wire.stopped !== null) {
    request.destroy(new Error("redirects are not followed"));
    return;
  }
  trace.request = request;
  wire.requested = true;
  request.once("socket", (socket: Socket & { encrypted?: boolean }) => {
    wire.reusedSocket = request.reusedSocket;
    if (!socket.connecting) wire.connected = true;
    else socket.once(socket.encrypted === true ? "secureConnect" : "connect", () => (wire.connected = true));
  });
  request.once("response", (response: IncomingMessage) => {
    wire.status = response.statusCode;
    wire.headers = response.headers;
    response.once("close", () => (wire.complete = response.complete));
    response.once("end", () => (wire.complete = response.complete));
  });
}
