import { setTimeout as sleep } from "node:timers/promises";
import type { Strike } from "./faults.ts";
import { json, send, text, type Answer, type Exchange } from "./http.ts";

const DEFAULT_RETRY_AFTER_SECONDS = 1;

/**
 * Answers a request under the fault that struck it. `act` does the work and gives the true answer; it is run
 * before an `after` fault, and never for a fault that comes `before`.
 */
export async function answerUnder(
  strike: Strike,
  exchange: Exchange,
  domain: string,
  act: () => Answer | Promise<Answer>,
): Promise<void> {
  if (strike.waitMs > 0) await sleep(strike.waitMs);
  const { rule } = strike;
  if (rule === null || rule.kind === "latency") {
    send(exchange.response, await act());
    return;
  }
  const retryAfterSeconds = rule.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS;
  if (rule.kind.endsWith("-after")) await act();
  switch (rule.kind) {
    case "401":
      return send(exchange.response, text(401, "Forbidden"));
    case "420":
      return send(exchange.response, limitReached(domain, retryAfterSeconds));
    case "429":
      return send(exchange.response, tooMany(retryAfterSeconds));
    case "500-before":
    case "500-after":
      return send(exchange.response, json(500, { message: "Internal Server Error" }));
    case "reset-before":
    case "reset-after":
      // A reset and not a close: the client must see ECONNRESET, as when a peer dies.
      exchange.request.socket.resetAndDestroy();
      return;
    case "hang-before":
    case "hang-after":
      // Nothing more is said: the client's own time-out, or the end of the sandbox, ends the connection.
      return;
    default:
      rule.kind satisfies never;
  }
}

function tooMany(retryAfterSeconds: number): Answer {
  return json(
    429,
    { message: `Rate limit exceeded, try again in ${retryAfterSeconds} seconds` },
    {
      "retry-after": String(retryAfterSeconds),
      "x-ratelimit-limit": "100",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Date.now() + retryAfterSeconds * 1000),
    },
  );
}

function limitReached(domain: string, retryAfterSeconds: number): Answer {
  const until = new Date(Date.now() + retryAfterSeconds * 1000).toUTCString().replace("GMT", "UTC");
  return json(420, {
    message: `Domain ${domain} is not allowed to send: recipient limit exceeded, try again after ${until}`,
  });
}
