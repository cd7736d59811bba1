// A provider that only takes mails: it counts how many are with it at once, takes its time, and refuses what is beyond its rate.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export type LimitedProvider = {
  url: string;
  /** Milliseconds that an answer takes, and mails a second that are taken. A second's worth may come at once. */
  set: (limits: { latencyMs?: number; mailsPerS?: number }) => void;
  stats: () => ProviderStats;
  /** Counts anew. */
  reset: () => void;
  close: () => Promise<void>;
};

export type ProviderStats = {
  calls: number;
  refusedCalls: number;
  mails: number;
  /** Recipients of calls that had come and had no answer, at the most. */
  inFlightMax: number;
  /** Mails taken a second, from the first tenth of them to the last: what comes before and after is the blast's and not the pace's. */
  steadyMailsPerS: number;
};

type Taken = { atMs: number; mails: number };

const retryAfterS = 1;

export async function startLimitedProvider(): Promise<LimitedProvider> {
  const nothing = { calls: 0, refusedCalls: 0, mails: 0, inFlightMax: 0 };
  let stats = { ...nothing };
  let taken: Taken[] = [];
  let limits = { latencyMs: 0, mailsPerS: Number.POSITIVE_INFINITY };
  let room = Number.POSITIVE_INFINITY;
  let filledAtMs = performance.now();
  let inFlight = 0;

  /** Whether so many more are within the rate. */
  function take(mails: number): boolean {
    const nowMs = performance.now();
    room = Math.min(limits.mailsPerS, room + ((nowMs - filledAtMs) / 1_000) * limits.mailsPerS);
    filledAtMs = nowMs;
    if (room < mails) return false;
    room -= mails;
    return true;
  }

  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const mails = recipientsOf(Buffer.concat(chunks).toString());
    stats.calls += 1;
    inFlight += mails;
    stats.inFlightMax = Math.max(stats.inFlightMax, inFlight);
    await wait(limits.latencyMs);
    inFlight -= mails;
    if (take(mails)) {
      stats.mails += mails;
      taken.push({ atMs: performance.now(), mails: stats.mails });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ id: `<${stats.calls}@provider>`, message: "Queued. Thank you." }));
    } else {
      stats.refusedCalls += 1;
      response.writeHead(429, { "content-type": "application/json", "retry-after": `${retryAfterS}` });
      response.end(JSON.stringify({ message: "Rate limit exceeded" }));
    }
  }
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      limits = { ...limits, ...next };
      room = limits.mailsPerS;
      filledAtMs = performance.now();
    },
    stats: () => ({ ...stats, steadyMailsPerS: steadyRate(taken) }),
    reset: () => {
      stats = { ...nothing };
      taken = [];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function steadyRate(taken: readonly Taken[]): number {
  const last = taken.at(-1)?.mails ?? 0;
  const from = taken.find(({ mails }) => mails >= last / 10);
  const to = taken.find(({ mails }) => mails >= (last * 9) / 10);
  if (from === undefined || to === undefined || to.atMs <= from.atMs) return 0;
  return ((to.mails - from.mails) / (to.atMs - from.atMs)) * 1_000;
}

/** One for each address in the form's field `to`. */
function recipientsOf(form: string): number {
  const to = /name="to"\r\n\r\n(.*)\r\n/.exec(form)?.[1] ?? "";
  return to.split(", ").length;
}
