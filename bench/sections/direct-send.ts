// One mail to one customer: from the due time of the RPC until the provider has accepted it, alone and beside a large blast. The sink
// answers at once, so all of it is ours.
import { setTimeout as wait } from "node:timers/promises";
import { runBlast } from "../measure/blast-run.ts";
import { failedCalls, loadOn, startLoad, type LoadPlan, type Sample } from "../measure/load.ts";
import { callsAfter, sinkStats } from "../measure/sink.ts";
import { customerIds } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { percentile } from "../statistics.ts";

const SECTION = "direct send";
const RATE_PER_S = 20;
const IDLE_CALLS = 300;
/** Ten minutes of calls, which no blast lasts. */
const BUSY_CALLS_MAX = 12_000;
const CUSTOMERS = 500;
/** Longer than any queue that the bench fills takes to empty. */
const ACCEPTED_LIMIT_MS = 60_000;
const POLL_MS = 500;

export async function measureDirectSend(bench: Bench): Promise<void> {
  const { stack, sink, agency, sizes, say } = bench;
  const many = await agency.audience(sizes.many);
  const ids = await customerIds(agency.api, many, CUSTOMERS);
  const plan: LoadPlan = {
    ...loadOn(stack.apiUrl, agency),
    ratePerS: RATE_PER_S,
    callsMax: IDLE_CALLS,
    call: { kind: "sendToCustomer", customerIds: ids },
  };
  say(`${IDLE_CALLS} calls, ${RATE_PER_S}/s, nothing else going on`);
  const { calls: beforeIdle } = await sinkStats(sink.url);
  const idle = await (await startLoad(plan)).samples;
  addLatencies(bench, "idle", idle, await untilProvider(bench, beforeIdle, idle));

  say(`the same beside a blast to ${many.size}`);
  const { calls: beforeBusy } = await sinkStats(sink.url);
  const load = await startLoad({ ...plan, callsMax: BUSY_CALLS_MAX });
  await load.started;
  const run = await runBlast(bench, many).finally(load.stop);
  const all = await load.samples;
  const toProvider = await untilProvider(bench, beforeBusy, all);
  const during = all.filter(({ dueAtMs }) => dueAtMs >= run.sentAtMs && dueAtMs <= run.lastAcceptedAtMs);
  addLatencies(bench, "bulk", during, toProvider);
}

/** Milliseconds from the due time to the provider's acceptance, by blast. Throws when a mail does not come. */
async function untilProvider(
  { sink }: Bench,
  before: number,
  samples: readonly Sample[],
): Promise<ReadonlyMap<string, number>> {
  const sent = samples.filter(({ error }) => error === "");
  const dueAtMs = new Map(sent.map((sample) => [sample.blastId, sample.dueAtMs]));
  const giveUpAtMs = performance.now() + ACCEPTED_LIMIT_MS;
  for (;;) {
    const tookMs = new Map<string, number>();
    for await (const { tag, answeredMs } of callsAfter(sink.url, before)) {
      const due = dueAtMs.get(tag);
      if (due !== undefined) tookMs.set(tag, answeredMs - due);
    }
    if (tookMs.size === sent.length) return tookMs;
    if (performance.now() > giveUpAtMs)
      throw new Error(`${sent.length - tookMs.size} direct sends did not reach the provider`);
    await wait(POLL_MS);
  }
}

function addLatencies(
  { figures, say }: Bench,
  when: "idle" | "bulk",
  samples: readonly Sample[],
  toProvider: ReadonlyMap<string, number>,
): void {
  // A call that failed has no mail; it is counted below.
  const took = samples.flatMap(({ blastId }) => toProvider.get(blastId) ?? []);
  const [p50, p99] = [percentile(took, 50), percentile(took, 99)];
  const words = when === "idle" ? "idle" : "beside a large blast";
  figures.add(SECTION, `direct_send_${when}_n`, `${words}, calls`, samples.length);
  figures.add(SECTION, `direct_send_${when}_failed_n`, `${words}, of these failed`, failedCalls(samples));
  figures.add(SECTION, `direct_send_${when}_p50_ms`, `${words}, call to provider's acceptance, p50 ms`, p50);
  figures.add(SECTION, `direct_send_${when}_p99_ms`, `${words}, call to provider's acceptance, p99 ms`, p99);
  const rpc = percentile(
    samples.map(({ latencyMs }) => latencyMs),
    50,
  );
  figures.add(SECTION, `direct_send_${when}_rpc_p50_ms`, `${words}, of it the RPC, p50 ms`, rpc);
  say(`${words}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${samples.length}`);
}
