// Mails a second from SendBlast to the provider's last acceptance, every guarantee on, and what each process spent on it.
import { runBlast, type BlastRun } from "../measure/blast-run.ts";
import { forgetPeaks, oursOf, readMemory } from "../measure/costs.ts";
import { FAR_PROVIDER_MS, withFarProvider } from "../measure/far-provider.ts";
import { hotUpdatePercent } from "../measure/hot-updates.ts";
import { readBatches } from "../measure/worker-metrics.ts";
import type { Bench } from "../setup/bench.ts";
import { median } from "../statistics.ts";

const SECTION = "pipeline";
/** The first minutes of a fresh table, without statistics for the planner, are part of the truth; the second run is of a table in use. */
const RUNS = 2;
const THOUSAND = 1_000;

export async function measurePipeline(bench: Bench): Promise<void> {
  const { figures, agency, sizes, say, stack } = bench;
  say(`loading ${sizes.many} customers`);
  const audience = await agency.audience(sizes.many);
  say("warming up with one blast");
  await runBlast(bench, await agency.audience(sizes.some));
  forgetPeaks(bench);
  const before = await readBatches(stack.services.customerSender);
  const runs: BlastRun[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    const ended = await runBlast(bench, audience);
    runs.push(ended);
    say(
      `run ${run} of ${RUNS}: ${Math.round(ended.mailsPerS)} mails/s, frozen after ${Math.round(ended.freezeMs)} ms, ` +
        `${cpuPerThousand(ended).toFixed(3)} CPU s per 1,000 mails`,
    );
  }
  const after = await readBatches(stack.services.customerSender);
  const add = (key: string, label: string, value: number) => figures.add(SECTION, key, label, value);
  const middle = (of: (run: BlastRun) => number) => median(runs.map(of));
  add("pipeline_customers_n", `customers of a blast, mean of ${RUNS}`, audience.size);
  add(
    "pipeline_mails_per_s",
    "mails/s, SendBlast to last acceptance",
    middle((run) => run.mailsPerS),
  );
  add(
    "pipeline_sending_mails_per_s",
    "mails/s, once it was frozen",
    middle((run) => run.mails / ((run.lastAcceptedAtMs - run.startedAtMs) / THOUSAND)),
  );
  add(
    "pipeline_freeze_ms",
    "of it until frozen and paid, ms",
    middle((run) => run.freezeMs),
  );
  add(
    "pipeline_batch_mean_mails",
    "mails in a batch of customer-sender, mean",
    (after.messages - before.messages) / Math.max(1, after.batches - before.batches),
  );
  add(
    "pipeline_hot_updates_percent",
    "HOT updates of deliveries, %",
    await hotUpdatePercent(stack.databaseUrl),
  );
  add("pipeline_cpu_s_per_1000_mails", "CPU s per 1,000 mails, all of ours", middle(cpuPerThousand));
  addCosts(bench, "pipeline", runs);
  const far = await withFarProvider(bench, () => runBlast(bench, audience));
  add(
    "pipeline_far_provider_ms",
    "the same once more, and the provider takes so many ms a call",
    FAR_PROVIDER_MS,
  );
  add("pipeline_far_mails_per_s", "mails/s then", far.mailsPerS);
  for (const [name, value] of Object.entries(readMemory(bench)))
    figures.add("pipeline, memory", `pipeline_rss_peak_mb_${name}`, `${name}, peak MB`, value);
}

/** CPU seconds per 1,000 mails of Fanfare, its database and its broker together. */
export function cpuPerThousand({ costs, mails }: BlastRun): number {
  return (oursOf(costs) / mails) * THOUSAND;
}

/** What each process spent, and how many cores others had meanwhile: a figure measured beside strangers is read with care. */
export function addCosts({ figures }: Bench, prefix: string, runs: readonly BlastRun[]): void {
  for (const name of Object.keys(runs[0]?.costs ?? {})) {
    if (name === "others") continue;
    const middle = median(runs.map(({ costs, mails }) => ((costs[name] ?? 0) / mails) * THOUSAND));
    figures.add(
      `${prefix}, CPU`,
      `${prefix.replaceAll(/[ -]/g, "_")}_cpu_s_per_1000_mails_${name}`,
      `${name}, s per 1,000 mails`,
      middle,
    );
  }
  const others = runs.map(
    ({ costs, sentAtMs, lastAcceptedAtMs }) =>
      ((costs["others"] ?? 0) / (lastAcceptedAtMs - sentAtMs)) * THOUSAND,
  );
  figures.add(
    `${prefix}, CPU`,
    `${prefix.replaceAll(/[ -]/g, "_")}_others_cores_n`,
    "cores that strangers used meanwhile",
    Math.max(0, median(others)),
  );
}
