import type { IncomingMessage, RequestListener } from "node:http";
import { type ConnectRouter, createContextValues } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Validator } from "@bufbuild/protovalidate";
import { createValidateInterceptor } from "@connectrpc/validate";
import type { Logger } from "#core/runtime/log.ts";
import type { Metrics } from "#core/runtime/metrics.ts";
import type { Authenticate } from "./auth/authenticate.ts";
import { callMaxTimeoutMs, readMaxBytes, writeMaxBytes } from "./http/limits.ts";
import { answerPage, type PageParts } from "./http/pages.ts";
import { createReportCalls } from "./http/report-calls.ts";
import { beginCall, callKey, callOf, keepCall } from "./rpc/call.ts";
import { createGate } from "./rpc/gate.ts";
import { observe } from "./rpc/observe.ts";

/**
 * What answers every HTTP request: Connect, gRPC, gRPC-Web and JSON by the routes; probes and metrics beside them. There are no
 * CORS headers, so browsers of other origins are refused; the console is served from the same origin.
 */
export function createListener(parts: {
  register: (router: ConnectRouter) => void;
  methods: ReadonlySet<string>;
  validator: Validator;
  authenticate: Authenticate;
  pages: PageParts;
  shutdownSignal: AbortSignal;
  log: Logger;
  metrics: Metrics;
}): RequestListener {
  const { log, metrics, methods } = parts;
  const report = createReportCalls(log, metrics, methods);
  const rpc = connectNodeAdapter({
    routes: parts.register,
    requestGate: createGate(parts.authenticate),
    // The first is the outermost: it sees what the others throw.
    interceptors: [observe, createValidateInterceptor({ validator: parts.validator })],
    contextValues: (request) =>
      createContextValues().set(callKey, callOf(request) ?? beginCall(request.url ?? "", undefined)),
    readMaxBytes,
    writeMaxBytes,
    maxTimeoutMs: callMaxTimeoutMs,
    shutdownSignal: parts.shutdownSignal,
    // A misspelt field is refused, not ignored: a blast without its "lane" is another blast.
    jsonOptions: { ignoreUnknownFields: false },
  });
  return (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "/";
    if (!methods.has(path.slice(1))) {
      answerPage(request, response, parts.pages).catch((error: unknown) => {
        log.error({ err: error, path: path.slice(0, 50) }, "page failed");
        if (response.headersSent) response.destroy();
        else response.writeHead(503).end("Not now; please try again.\n");
      });
      return;
    }
    keepCall(request, report(request, response));
    try {
      if (!hasAuthority(request)) throw new TypeError("The request names no host.");
      rpc(request, response);
    } catch (error) {
      // What HTTP lets through and a URL does not; nothing of it may end the process.
      log.debug({ err: error }, "request refused");
      response
        .writeHead(400, { "content-type": "text/plain; charset=utf-8" })
        .end("The request is not understood.\n");
    }
  };
}

// HTTP/1.0 and HTTP/2 allow a request without one; the adapter builds a URL from it.
function hasAuthority(request: IncomingMessage & { authority?: string }): boolean {
  return URL.canParse(`http://${request.authority ?? request.headers.host ?? ""}/`);
}
