import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { setTimeout as wait } from "node:timers/promises";

/** An outage of the sandbox resets its control API too; it is over within this many tries. */
const TRIES_MAX = 100;
const PAUSE_MS = 100;

/** Changes how the sandbox behaves. */
export async function steer(
  sandboxUrl: string,
  what: "faults" | "config" | "outage",
  body: object,
): Promise<void> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await patiently(() => fetch(`${sandboxUrl}/_sandbox/${what}`, init));
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the sandbox refused ${what}: ${answer.status} ${text}`);
}

export type SandboxCounts = {
  accepted: number;
  duplicates: number;
  undelivered: number;
  webhooks: { waiting: number; givenUp: number; overflowed: number };
};

/** The sandbox's own figures; undefined while it is out of reach. */
export async function counts(sandboxUrl: string): Promise<SandboxCounts | undefined> {
  return fetch(`${sandboxUrl}/_sandbox/stats`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.json() as Promise<SandboxCounts>,
    () => undefined,
  );
}

/** A mail as the sandbox recorded it. */
export type AcceptedMail = { seq: number; rid: string; recipient: string; atMs: number; domain: string };

/** The mails accepted after one. */
export async function* mailsAfter(sandboxUrl: string, seq: number): AsyncGenerator<AcceptedMail> {
  const answer = await patiently(() => fetch(`${sandboxUrl}/_sandbox/mails?format=ndjson&after=${seq}`));
  if (answer.body === null) return;
  const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === "") continue;
    const mail = JSON.parse(line) as {
      seq: number;
      rid: string;
      recipient: string;
      time: string;
      domain: string;
    };
    yield {
      seq: mail.seq,
      rid: mail.rid,
      recipient: mail.recipient,
      domain: mail.domain,
      atMs: Date.parse(mail.time),
    };
  }
}

async function patiently(call: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === TRIES_MAX) throw error;
      await wait(PAUSE_MS);
    }
  }
}
