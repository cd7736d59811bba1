// What a user waits for after the click: the RPC SendBlast, idle and while a large blast is frozen and released.
import { percentile } from "./statistics.ts";
import { startBlast } from "./measure/blast-run.ts";
import { failedCalls, loadOn, startLoad, type LoadPlan, type Sample } from "./measure/load.ts";
import type { Bench } from "./setup/bench.ts";

const SECTION = "SendBlast";
const RATE_PER_S = 50;
/** A thousand samples: ten of them are beyond the 99th percentile. */
const IDLE_CALLS = 1_000;
/** Ten minutes of calls, which no fan-out lasts. */
const BUSY_CALLS_MAX = 30_000;

export async function measureSendBlast(bench: Bench): Promise<void> {
  const { stack, agency, nobody, many, say } = bench;
  const plan: LoadPlan = {
    ...loadOn(stack.apiUrl, agency),
    ratePerS: RATE_PER_S,
    callsMax: IDLE_CALLS,
    call: { kind: "sendBlast", listId: nobody.listId },
  };
  say(`${IDLE_CALLS} calls, ${RATE_PER_S}/s, nothing else going on`);
  addLatencies(bench, "idle", await startLoad(plan).samples);

  say(`the same while ${many.size} customers fan out`);
  const load = startLoad({ ...plan, callsMax: BUSY_CALLS_MAX });
  await load.started;
  const running = await startBlast(bench, many);
  const run = await running.ended.finally(load.stop);
  const samples = await load.samples;
  const during = samples.filter(({ dueAtMs }) => dueAtMs >= run.sentAtMs && dueAtMs <= run.lastAcceptedAtMs);
  addLatencies(bench, "fan_out", during);
  const freezing = during.filter(({ dueAtMs }) => dueAtMs <= run.startedAtMs);
  if (freezing.length > 0) {
    const slowest = Math.max(...freezing.map(({ latencyMs }) => latencyMs));
    bench.figures.add(
      SECTION,
      "send_blast_freeze_max_ms",
      `slowest of ${freezing.length} while freezing, ms`,
      slowest,
    );
  }
  bench.figures.add(
    SECTION,
    "send_blast_fan_out_mails_per_s",
    "the fan-out beside these calls, mails/s",
    run.mailsPerS,
  );
}

function addLatencies({ figures, say }: Bench, when: string, samples: readonly Sample[]): void {
  const latencies = samples.map(({ latencyMs }) => latencyMs);
  const [p50, p99] = [percentile(latencies, 50), percentile(latencies, 99)];
  const words = when.replace("_", "-");
  figures.add(SECTION, `send_blast_${when}_n`, `${words}, calls`, samples.length);
  figures.add(SECTION, `send_blast_${when}_failed_n`, `${words}, of these failed`, failedCalls(samples));
  figures.add(SECTION, `send_blast_${when}_p50_ms`, `${words}, p50 ms`, p50);
  figures.add(SECTION, `send_blast_${when}_p99_ms`, `${words}, p99 ms`, p99);
  const late = percentile(
    samples.map(({ lateMs }) => lateMs),
    50,
  );
  figures.add(
    SECTION,
    `send_blast_${when}_client_late_p50_ms`,
    `${words}, of it the client's own lateness, p50 ms`,
    late,
  );
  say(`${words}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${samples.length}`);
}
