import { createHmac, timingSafeEqual } from "node:crypto";
import { asObject, readProviderEvent, type ProviderEvent } from "./provider-event.ts";

/**
 * Mailgun tries a webhook again for about 8 hours, and does not say whether a repetition is signed anew. Events are
 * facts that may come twice, so an old one does no harm, but one refused for its age would be lost evidence.
 */
export const MAX_AGE_MS = 12 * 60 * 60 * 1_000;
/** The signer's clock may run ahead of ours. */
export const MAX_AHEAD_MS = 5 * 60 * 1_000;
/** Mailgun's tokens have 50 characters; longer than this is no token, and the caller remembers tokens. */
export const MAX_TOKEN_CHARS = 100;

export type WebhookCheck =
  /** Remember the token: the signature covers only it and the time, so it would fit any other body too. */
  | { kind: "ok"; token: string }
  | { kind: "problem"; problem: "malformed" | "bad_signature" | "too_old" | "from_the_future" };

export type WebhookReading =
  | { kind: "event"; event: ProviderEvent }
  /** Genuine, and of no use to us: answer 200, or Mailgun repeats it for hours. */
  | { kind: "ignored"; event: string }
  | { kind: "problem"; problem: string };

/** Checks who sent a webhook. `body` is the parsed JSON; the key is the account's webhook signing key. */
export function verifyWebhook(body: unknown, signingKey: string, nowMs: number): WebhookCheck {
  const { timestamp, token, signature } = asObject(asObject(body)["signature"]);
  const time = typeof timestamp === "number" ? String(timestamp) : timestamp;
  if (typeof time !== "string" || !/^\d{1,12}$/.test(time)) return problem("malformed");
  if (typeof token !== "string" || token === "" || token.length > MAX_TOKEN_CHARS)
    return problem("malformed");
  if (typeof signature !== "string" || !/^[0-9a-f]{64}$/i.test(signature)) return problem("malformed");
  // An empty key would let anyone sign.
  if (signingKey === "") return problem("bad_signature");
  const expected = createHmac("sha256", signingKey)
    .update(time + token)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return problem("bad_signature");
  const ageMs = nowMs - Number(time) * 1_000;
  if (ageMs > MAX_AGE_MS) return problem("too_old");
  if (ageMs < -MAX_AHEAD_MS) return problem("from_the_future");
  return { kind: "ok", token };
}

/** Reads the event of a webhook that was verified. */
export function parseWebhook(body: unknown): WebhookReading {
  const data = asObject(asObject(body)["event-data"]);
  const name = data["event"];
  if (typeof name !== "string") return { kind: "problem", problem: "event-data.event is missing" };
  const event = readProviderEvent(data);
  if (event !== null) return { kind: "event", event };
  if (KEPT.has(name))
    return { kind: "problem", problem: `event-data of ${name} lacks its id, recipient or timestamp` };
  return { kind: "ignored", event: name.slice(0, 50) };
}

const KEPT: ReadonlySet<string> = new Set([
  "accepted",
  "delivered",
  "opened",
  "clicked",
  "unsubscribed",
  "complained",
  "failed",
]);

function problem(what: (WebhookCheck & { kind: "problem" })["problem"]): WebhookCheck {
  return { kind: "problem", problem: what };
}
