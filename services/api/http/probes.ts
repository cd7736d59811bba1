import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readiness } from "#core/runtime/health.ts";
import type { Metrics } from "#core/runtime/metrics.ts";

const text = "text/plain; charset=utf-8";

/** Answers /healthz, /readyz and /metrics, and tells everyone else that nothing is here. */
export async function answerProbe(
  request: IncomingMessage,
  response: ServerResponse,
  parts: { ready: () => Promise<Readiness>; metrics: Metrics },
): Promise<void> {
  // Whatever was sent along is of no interest.
  request.resume();
  const path = request.url?.split("?", 1)[0] ?? "/";
  if (request.method !== "GET" && request.method !== "HEAD")
    return end(response, 404, text, nothingHere(path));
  switch (path) {
    case "/healthz":
      return end(response, 200, text, "ok\n");
    case "/readyz": {
      const { ok, detail } = await parts.ready();
      return end(response, ok ? 200 : 503, text, `${detail}\n`);
    }
    case "/metrics":
      return end(response, 200, parts.metrics.contentType, await parts.metrics.render());
    default:
      return end(response, 404, text, nothingHere(path));
  }
}

function end(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "x-content-type-options": "nosniff" }).end(body);
}

function nothingHere(path: string): string {
  return (
    `Nothing is served at ${JSON.stringify(path.slice(0, 200))}. Calls are POSTed to /<service>/<method>, for example ` +
    "/fanfare.api.v1.AgencyService/GetAgency; reflection lists them. /healthz, /readyz and /metrics are here too.\n"
  );
}
