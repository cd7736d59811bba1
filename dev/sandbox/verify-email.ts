import { setTimeout as sleep } from "node:timers/promises";
import { domainOf, isAddress } from "./addresses.ts";
import { json, type Answer, type Exchange } from "./http.ts";
import type { World } from "./world.ts";

type Verdict = {
  result: "deliverable" | "undeliverable" | "risky" | "unknown";
  reason: string;
  sendex: number;
};
type Marks = { role?: boolean; free?: boolean; disposable?: boolean; accept_all?: boolean };

const DELIVERABLE: Verdict = { result: "deliverable", reason: "accepted_email", sendex: 1 };
const RISKY: Verdict = { result: "risky", reason: "low_deliverability", sendex: 0.5 };

/** The words of the vendor's sandbox mode (docs.kickbox.com, «Sandbox Mode») and what they force. */
const STEERED: Record<string, Verdict & Marks> = {
  deliverable: DELIVERABLE,
  "rejected-email": { result: "undeliverable", reason: "rejected_email", sendex: 0 },
  "invalid-domain": { result: "undeliverable", reason: "invalid_domain", sendex: 0 },
  "invalid-email": { result: "undeliverable", reason: "invalid_email", sendex: 0 },
  "invalid-smtp": { result: "undeliverable", reason: "invalid_smtp", sendex: 0 },
  "low-quality": { result: "risky", reason: "low_quality", sendex: 0.4 },
  "low-deliverability": RISKY,
  "accept-all": { ...RISKY, accept_all: true },
  disposable: { result: "risky", reason: "low_quality", sendex: 0.2, disposable: true },
  role: { result: "risky", reason: "low_quality", sendex: 0.4, role: true },
  timeout: { result: "unknown", reason: "timeout", sendex: 0 },
  "no-connect": { result: "unknown", reason: "no_connect", sendex: 0 },
  "unavailable-smtp": { result: "unknown", reason: "unavailable_smtp", sendex: 0 },
  "unexpected-error": { result: "unknown", reason: "unexpected_error", sendex: 0 },
};
const NO_CREDIT_WORD = "insufficient-balance";
const WORD = new RegExp(`^(?:[^+]*\\+)?(${[...Object.keys(STEERED), NO_CREDIT_WORD].join("|")})(?![a-z])`);

const ROLES: ReadonlySet<string> = new Set([
  "admin",
  "info",
  "support",
  "sales",
  "postmaster",
  "abuse",
  "noreply",
  "webmaster",
]);
const FREE: ReadonlySet<string> = new Set([
  "gmail.com",
  "yahoo.com",
  "outlook.com",
  "hotmail.com",
  "icloud.com",
]);

/** `GET /v2/verify?email=…`: as Kickbox answers a key in sandbox mode. `success` speaks of the call, not the address. */
export async function verifyEmail(world: World, exchange: Exchange): Promise<Answer> {
  world.calls.verifications++;
  const { config, kickbox } = world;
  const key = keyOf(exchange);
  if (key === "" || key.startsWith("wrong-")) return refuse(world, 403, "Invalid API key");
  const email = exchange.url.searchParams.get("email")?.trim() ?? "";
  if (email === "") return refuse(world, 400, "No email address provided");
  if (!kickbox.enter(Date.now(), config.kickboxMaxInFlight, config.kickboxMaxPerMinute)) {
    return refuse(world, 429, "Rate limit exceeded");
  }
  try {
    if (config.kickboxLatencyMs > 0) await sleep(config.kickboxLatencyMs);
    const word = WORD.exec(email.toLowerCase())?.[1];
    if (config.kickboxBalance === 0 || word === NO_CREDIT_WORD)
      return refuse(world, 403, "Insufficient balance");
    if (config.kickboxBalance > 0) config.kickboxBalance--;
    return json(200, verdictOn(email, word), headers(world));
  } finally {
    kickbox.leave();
  }
}

function verdictOn(email: string, word: string | undefined): Record<string, unknown> {
  const lowered = email.toLowerCase();
  const domain = domainOf(lowered);
  const user = lowered.slice(0, Math.max(0, lowered.lastIndexOf("@")));
  const steered = word === undefined ? DELIVERABLE : STEERED[word]!;
  const marks: Verdict & Marks = isAddress(email) ? steered : STEERED["invalid-email"]!;
  return {
    result: marks.result,
    reason: marks.reason,
    role: marks.role ?? ROLES.has(user),
    free: marks.free ?? FREE.has(domain),
    disposable: marks.disposable ?? false,
    accept_all: marks.accept_all ?? false,
    did_you_mean: null,
    sendex: marks.sendex,
    email: lowered,
    user,
    domain,
    success: true,
    message: null,
  };
}

function keyOf(exchange: Exchange): string {
  const header = exchange.request.headers.authorization ?? "";
  return /^(?:bearer|token)\s+(\S+)$/i.exec(header)?.[1] ?? exchange.url.searchParams.get("apikey") ?? "";
}

function refuse(world: World, status: number, message: string): Answer {
  return json(status, { message, success: false }, status === 429 ? {} : headers(world));
}

function headers(world: World): Record<string, string> {
  return {
    "x-kickbox-balance": String(Math.max(0, world.config.kickboxBalance)),
    "x-kickbox-response-time": "12",
  };
}
