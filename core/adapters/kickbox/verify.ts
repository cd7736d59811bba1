import { Pool } from "undici";
import { createGate } from "./gate.ts";
import { readAnswer, type UnavailableReason, type Verdict } from "./verdict.ts";

export type KickboxConfig = {
  /** `https://api.kickbox.com`, or `https://api.eu.kickbox.com` for an EU account. */
  apiUrl: string;
  apiKey: string;
  /** For one call, from the look-up of the host's name to the last byte; waiting for a turn is not counted. */
  timeoutMs: number;
  /** Of this process. Kickbox allows 25 in flight for one IP address: divide by the processes behind it. */
  maxConcurrent: number;
};

export type KickboxAdapter = {
  /** Asks about one address. Never throws. */
  verify(address: string, signal?: AbortSignal): Promise<Verdict>;
  /**
   * Asks about many, each distinct one once. Never throws. When the key, the credit or the rate is what fails, or
   * Kickbox is down, the rest is not asked: it would fail alike, and hold up the blast.
   */
  verifyMany(addresses: Iterable<string>, signal?: AbortSignal): Promise<Map<string, Verdict>>;
  /** The credit left, as the last answer said; null before the first. */
  lastBalance(): number | null;
  close(): Promise<void>;
};

/** Kickbox's limit of calls in flight from one IP address. */
export const MAX_CONCURRENT = 25;
/** Kickbox's limit is 8,000 a minute; the rest is room for the difference between its minutes and ours. */
export const MAX_PER_MINUTE = 7_800;
/** About a minute of work: beyond it, an answer comes too late to be of use. */
export const MAX_WAITING = 7_800;
/** An answer is about 400 bytes. */
export const MAX_ANSWER_BYTES = 64 * 1024;
/** So many failures with no answer between them are an outage; each may have taken a whole time-out. */
export const MAX_FAILURES_IN_A_ROW = 20;
/** Kickbox gives up on a slow mail server a little before we give up on Kickbox, and says `unknown`. */
const SERVER_MARGIN_MS = 500;
/** Kickbox's own bounds of its `timeout` parameter. */
const MIN_SERVER_TIMEOUT_MS = 1_000;
const MAX_SERVER_TIMEOUT_MS = 30_000;

const FAILS_FOR_ALL: ReadonlySet<UnavailableReason> = new Set([
  "rate_limited",
  "out_of_credit",
  "unauthorised",
  "aborted",
]);

/** A client of Kickbox's single verification (`GET /v2/verify`). Verdicts are not kept here: the database keeps them. */
export function createKickbox({ apiUrl, apiKey, timeoutMs, maxConcurrent }: KickboxConfig): KickboxAdapter {
  if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1 || maxConcurrent > MAX_CONCURRENT) {
    throw new Error(`Kickbox maxConcurrent must be from 1 to ${MAX_CONCURRENT}, not ${maxConcurrent}`);
  }
  if (!(timeoutMs > 0)) throw new Error(`the Kickbox timeoutMs must be above 0, not ${timeoutMs}`);
  const { origin, pathname } = new URL(apiUrl);
  const path = `${pathname.replace(/\/$/, "")}/v2/verify`;
  const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: timeoutMs } };
  const pool = new Pool(origin, { connections: maxConcurrent, ...timeouts });
  const gate = createGate({ maxConcurrent, maxPerMinute: MAX_PER_MINUTE, maxWaiting: MAX_WAITING });
  const serverTimeoutMs = Math.min(
    MAX_SERVER_TIMEOUT_MS,
    Math.max(MIN_SERVER_TIMEOUT_MS, timeoutMs - SERVER_MARGIN_MS),
  );
  let balance: number | null = null;

  async function ask(address: string, signal: AbortSignal | undefined): Promise<Verdict> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const { statusCode, headers, body } = await pool.request({
      method: "GET",
      path,
      query: { email: address, timeout: serverTimeoutMs },
      // In the header and not in the URL, which proxies write to their logs.
      headers: { authorization: `Bearer ${apiKey}`, accept: "application/json" },
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    });
    const credit = Number(headers["x-kickbox-balance"] ?? NaN);
    if (Number.isFinite(credit)) balance = credit;
    return readAnswer(statusCode, String(headers["retry-after"] ?? ""), await readText(body));
  }

  async function verify(address: string, signal?: AbortSignal): Promise<Verdict> {
    try {
      const verdict = await gate.pass(() => ask(address, signal), signal);
      return verdict ?? unavailable("busy", `${MAX_WAITING} addresses wait already`);
    } catch (error) {
      return signal?.aborted === true ? unavailable("aborted", "aborted by the caller") : readFailure(error);
    }
  }

  return {
    verify,
    async verifyMany(addresses, signal) {
      const rest = [...new Set(addresses)];
      const verdicts = new Map<string, Verdict>();
      let failure: Verdict | null = null;
      let failuresInARow = 0;
      let nextIndex = 0;
      async function work(): Promise<void> {
        while (nextIndex < rest.length) {
          const address = rest[nextIndex++]!;
          const verdict: Verdict = failure ?? (await verify(address, signal));
          verdicts.set(address, verdict);
          failuresInARow = verdict.kind === "judged" ? 0 : failuresInARow + 1;
          if (verdict.kind === "judged") continue;
          if (FAILS_FOR_ALL.has(verdict.reason) || failuresInARow >= MAX_FAILURES_IN_A_ROW) failure = verdict;
        }
      }
      await Promise.all(Array.from({ length: Math.min(maxConcurrent, rest.length) }, work));
      return verdicts;
    },
    lastBalance: () => balance,
    close: () => pool.destroy(),
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readFailure(error: unknown): Verdict {
  const { name = "", code = "" } = (error ?? {}) as { name?: string; code?: string | number };
  const word = typeof code === "string" && code !== "" ? code : name;
  const timedOut = name === "TimeoutError" || /TIMEOUT|ETIMEDOUT/.test(word);
  return unavailable(timedOut ? "timeout" : "network", word);
}

function unavailable(reason: UnavailableReason, evidence: string): Verdict {
  return { kind: "unavailable", reason, evidence };
}
