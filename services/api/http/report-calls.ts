import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "#core/runtime/log.ts";
import type { Metrics } from "#core/runtime/metrics.ts";
import { type Call, beginCall, requestIdHeader } from "../rpc/call.ts";

// From a cached look-up to the 30 s that PostgreSQL allows one statement; streams end in the last bucket.
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Follows a call from its first byte to its last; one log line and one observation come of it. */
export type ReportCalls = (request: IncomingMessage, response: ServerResponse) => Call;

/** Log lines hold ids, codes and times; never bodies, addresses or keys. */
export function createReportCalls(log: Logger, metrics: Metrics, methods: ReadonlySet<string>): ReportCalls {
  const seconds = metrics.histogram({
    name: "fanfare_api_call_seconds",
    help: "Duration of calls to the API by method and code; streams from begin to end.",
    labelNames: ["method", "code"],
    buckets: secondsBuckets,
  });
  const running = metrics.gauge({ name: "fanfare_api_calls_running", help: "Calls that have not ended." });
  return (request, response) => {
    const begun = performance.now();
    const call = beginCall(request.url ?? "", request.headers[requestIdHeader]);
    running.inc();
    response.once("close", () => {
      running.dec();
      // Nobody's code ran: the library refused the request (malformed, too large, wrong type), or the peer went away before.
      const code = call.code ?? (response.writableFinished ? `unread_${response.statusCode}` : "canceled");
      const ms = Math.round((performance.now() - begun) * 100) / 100;
      seconds.observe({ method: methods.has(call.method) ? call.method : "other", code }, ms / 1000);
      const event = {
        callId: call.id,
        method: call.method,
        code,
        ms,
        ...(call.agencyId === undefined ? {} : { agencyId: call.agencyId }),
        ...(call.reason === undefined ? {} : { reason: call.reason }),
      };
      if (code === "internal" || code === "unknown") log.error({ ...event, err: call.error }, "call");
      else if (code === "unavailable") log.warn({ ...event, err: call.error }, "call");
      else log.info(event, "call");
    });
    return call;
  };
}
