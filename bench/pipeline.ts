// Mails a second from SendBlast to the provider's last acceptance, and what each process spent on it.
import { median } from "./statistics.ts";
import { runBlast, type BlastRun } from "./measure/blast-run.ts";
import { readMemory } from "./measure/costs.ts";
import { hotUpdatePercent } from "./measure/hot-updates.ts";
import { readBatches } from "./measure/worker-metrics.ts";
import type { Bench } from "./setup/bench.ts";

const SECTION = "pipeline";
/** The median of three forgives one checkpoint or vacuum. */
const RUNS = 3;
const THOUSAND = 1_000;

export async function measurePipeline(bench: Bench): Promise<void> {
  const { figures, some, many, say, stack } = bench;
  const batchesBefore = await readBatches(stack.services.customerSender);
  const runs: BlastRun[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    runs.push(await tell(bench, `run ${run} of ${RUNS}`, () => runBlast(bench, some)));
  }
  const batches = await readBatches(stack.services.customerSender);
  const add = (key: string, label: string, value: number) => figures.add(SECTION, key, label, value);
  add("pipeline_customers_n", "customers of a blast, median of 3", some.size);
  add(
    "pipeline_mails_per_s",
    "mails/s, SendBlast to last acceptance",
    median(runs.map((run) => run.mailsPerS)),
  );
  // The first minutes of a fresh table, without statistics for the planner, are part of the truth.
  add(
    "pipeline_slowest_mails_per_s",
    "mails/s, the slowest of the runs",
    Math.min(...runs.map((run) => run.mailsPerS)),
  );
  add("pipeline_freeze_ms", "of it until frozen and paid, ms", median(runs.map((run) => run.freezeMs)));
  add(
    "pipeline_batch_mean_mails",
    "mails in a batch of customer-sender, mean",
    (batches.messages - batchesBefore.messages) / Math.max(1, batches.batches - batchesBefore.batches),
  );
  say(`one blast to ${many.size}`);
  const large = await tell(bench, "large", () => runBlast(bench, many));
  add("pipeline_large_customers_n", "customers of a large blast, once", many.size);
  add("pipeline_large_mails_per_s", "mails/s, SendBlast to last acceptance", large.mailsPerS);
  add("pipeline_large_freeze_ms", "of it until frozen and paid, ms", large.freezeMs);
  add(
    "pipeline_hot_updates_percent",
    "HOT updates of deliveries, %",
    await hotUpdatePercent(stack.databaseUrl),
  );
  addCosts(bench, runs, large);
}

function addCosts({ figures, stack }: Bench, runs: readonly BlastRun[], large: BlastRun): void {
  const perThousand = (run: BlastRun, name: string) => ((run.costs[name] ?? 0) / run.mails) * THOUSAND;
  for (const name of Object.keys(large.costs)) {
    const middle = median(runs.map((run) => perThousand(run, name)));
    figures.add("CPU", `cpu_s_per_1000_mails_${name}`, `${name}, s per 1,000 mails`, middle);
  }
  for (const name of Object.keys(large.costs))
    figures.add(
      "CPU, large blast",
      `cpu_large_s_per_1000_mails_${name}`,
      `${name}, s per 1,000 mails`,
      perThousand(large, name),
    );
  for (const [name, value] of Object.entries(readMemory(stack)))
    figures.add("Memory", `rss_peak_mb_${name}`, `${name}, peak MB`, value);
}

async function tell(bench: Bench, name: string, work: () => Promise<BlastRun>): Promise<BlastRun> {
  const run = await work();
  bench.say(`${name}: ${Math.round(run.mailsPerS)} mails/s, frozen after ${Math.round(run.freezeMs)} ms`);
  return run;
}
