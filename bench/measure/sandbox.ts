import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { setTimeout as wait } from "node:timers/promises";

/** A mail as the provider has it. `acceptedAtMs` is its clock, which is this machine's. */
export type AcceptedMail = { tag: string; rid: string; acceptedAtMs: number };

/** Rare enough to cost the sandbox nothing; no figure leans on it, since mails carry their own time. */
const POLL_MS = 100;

/** Changes settings of the sandbox. */
export async function changeSandbox(sandboxUrl: string, change: Record<string, unknown>): Promise<void> {
  const answer = await fetch(new URL("/_sandbox/config", sandboxUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(change),
  });
  if (!answer.ok) throw new Error(`the sandbox refused ${JSON.stringify(change)}: ${await answer.text()}`);
}

/** How many mails the provider has accepted so far. */
export async function acceptedCount(sandboxUrl: string): Promise<number> {
  const answer = await fetch(new URL("/_sandbox/stats", sandboxUrl));
  const { accepted } = (await answer.json()) as { accepted: number };
  return accepted;
}

/** Waits until the provider has accepted so many; throws when it has not after `limitMs`. */
export async function untilAccepted(sandboxUrl: string, count: number, limitMs: number): Promise<void> {
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    const accepted = await acceptedCount(sandboxUrl);
    if (accepted >= count) return;
    if (performance.now() > giveUpAtMs)
      throw new Error(`the sandbox has ${accepted} of ${count} mails after ${Math.round(limitMs / 1_000)} s`);
    await wait(POLL_MS);
  }
}

/** Every mail behind the first `after`, in the order of acceptance. */
export async function* mailsAfter(sandboxUrl: string, after: number): AsyncGenerator<AcceptedMail> {
  const answer = await fetch(new URL(`/_sandbox/mails?format=ndjson&after=${after}`, sandboxUrl));
  if (!answer.ok || answer.body === null)
    throw new Error(`the sandbox does not list its mails: ${answer.status}`);
  const input = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === "") continue;
    const { tags, rid, time } = JSON.parse(line) as { tags: string[]; rid: string; time: string };
    yield { tag: tags[0] ?? "", rid, acceptedAtMs: Date.parse(time) };
  }
}
