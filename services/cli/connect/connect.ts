import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { createApi, type Api } from "./api.ts";
import { createRetry, type RetryNote } from "./retry.ts";

export type Connection = {
  url: string;
  apiKey: string;
  /** For whom an operator acts; empty for the key's own agency. */
  agencyId?: string;
  /** Tries after the first one. */
  retries?: number;
  /** Hears of each try that failed and is repeated. */
  onRetry?: RetryNote;
};

/** Longest wait for one answer, a preview of a million included. Streams have none. */
const CALL_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 4;

/** An API to call, over HTTP/2 in clear text or TLS as the URL says. `close` lets the program end at once. */
export function connect(connection: Connection): { api: Api; close: () => void } {
  const sessions = new Http2SessionManager(connection.url);
  const headers: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${connection.apiKey}`);
    if (connection.agencyId) request.header.set("fanfare-agency", connection.agencyId);
    return next(request);
  };
  const transport = createConnectTransport({
    baseUrl: connection.url,
    httpVersion: "2",
    sessionManager: sessions,
    // The default time-out would hold for streams too, and those last as long as a blast.
    interceptors: [createRetry(connection.retries ?? DEFAULT_RETRIES, connection.onRetry), headers],
  });
  return { api: createApi(transport), close: () => sessions.abort(new ConnectError("closed")) };
}

/** The time-out for a call that answers once. */
export const callOptions = (signal: AbortSignal): { signal: AbortSignal; timeoutMs: number } => ({
  signal,
  timeoutMs: CALL_TIMEOUT_MS,
});
