import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** One call as the sink saw it. Its clock is this machine's. `hashes` is the sum of the addresses' hashes. */
export type SinkCall = { tag: string; beganMs: number; answeredMs: number; mails: number; hashes: number };

/** What the sink counted since its last reset. */
export type SinkStats = {
  mails: number;
  calls: number;
  mails_in_flight_max: number;
  calls_in_flight_max: number;
  first_ms: number;
  last_ms: number;
};

/** How long the sink lets a call wait for its answer from now on. */
export async function setLatency(url: string, latencyMs: number): Promise<void> {
  await ask(url, `/_sink/config?latency_ms=${latencyMs}`, "POST");
}

/** Forgets all counts. */
export async function resetSink(url: string): Promise<void> {
  await ask(url, "/_sink/reset", "POST");
}

/** The counts. */
export async function sinkStats(url: string): Promise<SinkStats> {
  return (await (await ask(url, "/_sink/stats", "GET")).json()) as SinkStats;
}

/** Every call behind the first `after`, in the order in which they were answered. */
export async function* callsAfter(url: string, after: number): AsyncGenerator<SinkCall> {
  const answer = await ask(url, `/_sink/calls?after=${after}`, "GET");
  const input = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const [tag, beganMs, answeredMs, mails, hashes] = JSON.parse(line) as [
      string,
      number,
      number,
      number,
      number,
    ];
    yield { tag, beganMs, answeredMs, mails, hashes };
  }
}

async function ask(url: string, path: string, method: string): Promise<Response> {
  const answer = await fetch(new URL(path, url), { method });
  if (!answer.ok) throw new Error(`the sink answered ${answer.status} to ${path}: ${await answer.text()}`);
  return answer;
}
