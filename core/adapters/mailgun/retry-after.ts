import type { IncomingHttpHeaders } from "node:http";

/** A provider that asks for more than a day is not obeyed: a retry then costs one call and shows the state as it is. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * When Mailgun wants to be asked again: `Retry-After` (RFC 9110 10.2.3: seconds or a date), else `X-RateLimit-Reset`
 * (absolute, milliseconds), else its own words: "try again after Mon, 25 Aug 2025 07:00:31 UTC", "retry in 30 seconds".
 */
export function readRetryAfterMs(
  headers: IncomingHttpHeaders,
  text: string,
  nowMs: number,
): number | undefined {
  const waitMs =
    fromRetryAfter(headers["retry-after"], nowMs) ??
    fromReset(headers["x-ratelimit-reset"], nowMs) ??
    fromText(text, nowMs);
  return waitMs === undefined ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, Math.ceil(waitMs)));
}

function fromRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  return /^\s*\d+\s*$/.test(value) ? Number(value) * 1_000 : untilDate(value, nowMs);
}

function fromReset(value: string | string[] | undefined, nowMs: number): number | undefined {
  const resetMs = Number(value);
  return Number.isFinite(resetMs) && resetMs > 0 ? resetMs - nowMs : undefined;
}

function fromText(text: string, nowMs: number): number | undefined {
  const [, amount, unit] = /\b(?:in|after)\s+(\d+)\s*(s|m|h|d)(?:ec|in|our|ay|r)?[a-z]*\b/i.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * UNIT_MS[unit.toLowerCase()]!;
  const [, date] =
    /\bafter\s+([A-Z][a-z]{2},.{8,30}?(?:UTC|GMT|[+-]\d{4})|\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(text) ?? [];
  return date === undefined ? undefined : untilDate(date, nowMs);
}

function untilDate(date: string, nowMs: number): number | undefined {
  const atMs = Date.parse(date);
  return Number.isNaN(atMs) ? undefined : atMs - nowMs;
}
