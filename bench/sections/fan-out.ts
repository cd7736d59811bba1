// One blast to a million, with small ones of another agency entered behind it: what freezing costs, whether the senders ever wait for
// list-sender, what a mail costs beside a blast to ten thousand, and how long the small ones wait.
import { setTimeout as wait } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createLogger } from "#core/runtime/log.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { runBlast, startBlast, type BlastRun } from "../measure/blast-run.ts";
import { forgetPeaks, readMemory } from "../measure/costs.ts";
import { sinkStats } from "../measure/sink.ts";
import { addSmallBlasts, sendSmallBlasts, SMALL } from "../measure/small-blasts.ts";
import { createBenchAgency } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { median, percentile } from "../statistics.ts";
import { addCosts, cpuPerThousand } from "./pipeline.ts";

const SECTION = "fan-out";
const RUNS_OF_SOME = 5;
/** The small ones are entered when so much of the large one has left. */
const PROBES_FROM = 0.1;
const POLL_MS = 500;
/** Below one full batch on the queue and in work a sender may be idle. */
const FULL_BATCH = 500;

export async function measureFanOut(bench: Bench): Promise<void> {
  const { agency, sizes, say, figures } = bench;
  say(`loading ${sizes.million} customers`);
  const million = await agency.audience(sizes.million);
  const some = await agency.audience(sizes.some);
  const neighbour = await createBenchAgency(bench.stack, "neighbour");
  const small = await neighbour.audience(SMALL);
  const add = (key: string, label: string, value: number) => figures.add(SECTION, key, label, value);

  await runBlast(bench, some);
  forgetPeaks(bench);
  const ofSome: BlastRun[] = [];
  for (let run = 0; run < RUNS_OF_SOME; run += 1) ofSome.push(await runBlast(bench, some));
  const peakOfSome = readMemory(bench)["list_sender"] ?? 0;
  const alone = await sendSmallBlasts(bench, neighbour, small);

  say(`one blast to ${million.size}, in the standard lane`);
  forgetPeaks(bench);
  const running = await startBlast(bench, million, { lane: Lane.STANDARD, pollMs: POLL_MS });
  const watching = watchQueue(bench, running.ended);
  await untilMails(bench, million.size * PROBES_FROM, running.ended);
  const behind = await sendSmallBlasts(bench, neighbour, small);
  const run = await running.ended;
  const outstanding = await watching;
  neighbour.close();
  say(`${Math.round(run.mailsPerS)} mails/s, frozen after ${(run.freezeMs / 1_000).toFixed(1)} s`);

  add("fan_out_customers_n", "customers", million.size);
  add("fan_out_freeze_s", "frozen, deduplicated and paid, s", run.freezeMs / 1_000);
  add("fan_out_mails_per_s", "mails/s, SendBlast to last acceptance", run.mailsPerS);
  const sendingS = (run.lastAcceptedAtMs - run.startedAtMs) / 1_000;
  add("fan_out_sending_mails_per_s", "mails/s, once it was frozen", run.mails / sendingS);
  const fed = outstanding.filter((count) => count >= FULL_BATCH).length / Math.max(1, outstanding.length);
  add("fan_out_senders_fed_percent", "of the time a full batch was there for the senders, %", 100 * fed);
  const memory = readMemory(bench);
  add("fan_out_list_sender_peak_mb_some", `list-sender, peak MB, ${some.size} customers`, peakOfSome);
  add("fan_out_list_sender_peak_mb_million", "list-sender, peak MB", memory["list_sender"] ?? 0);
  add("fan_out_customer_sender_peak_mb_million", "customer-sender, peak MB", memory["customer_sender"] ?? 0);
  const costOfSome = median(ofSome.map(cpuPerThousand));
  add("fan_out_cpu_s_per_1000_mails_some", `CPU s per 1,000 mails, ${some.size} customers`, costOfSome);
  add("fan_out_cpu_s_per_1000_mails_million", "CPU s per 1,000 mails", cpuPerThousand(run));
  add(
    "fan_out_cost_ratio",
    "cost of a mail at a million ÷ at ten thousand",
    cpuPerThousand(run) / costOfSome,
  );
  addCosts(bench, "fan-out", [run]);
  addRates(bench, run);
  addSmallBlasts(bench, SECTION, alone, behind);
}

async function untilMails({ sink }: Bench, mails: number, ended: Promise<unknown>): Promise<void> {
  const before = (await sinkStats(sink.url)).mails;
  let over = false;
  ended.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over && (await sinkStats(sink.url)).mails - before < mails) await wait(POLL_MS);
}

/** Messages on the standard lane's queue and in work, twice a second from the first release until the last. */
async function watchQueue({ stack }: Bench, ended: Promise<unknown>): Promise<number[]> {
  const log = createLogger({ service: "bench", level: "silent" });
  const connection = await connectNats({ url: stack.natsUrl, name: "bench", log, once: true });
  const outstanding: number[] = [];
  let over = false;
  ended.then(
    () => (over = true),
    () => (over = true),
  );
  try {
    const manager = await jetstreamManager(connection);
    while (!over) {
      const info = await manager.consumers.info("WORK_CUSTOMER", "customer-sender-standard");
      const count = info.num_pending + info.num_ack_pending;
      // Nothing was released while it was frozen.
      if (outstanding.length > 0 || count > 0) outstanding.push(count);
      await wait(POLL_MS);
    }
  } finally {
    await connection.close();
  }
  // At its end the last batches leave and nothing is to be released.
  while ((outstanding.at(-1) ?? FULL_BATCH) < FULL_BATCH) outstanding.pop();
  return outstanding;
}

/** How even it was: mails in each tenth of the sending. */
function addRates({ figures }: Bench, run: BlastRun): void {
  const from = run.progress[0]?.atMs ?? 0;
  const tenth = (run.lastAcceptedAtMs - from) / 10;
  const rates: number[] = [];
  let seen = 0;
  for (let at = 1; at <= 10; at += 1) {
    const until = run.progress.findLast(({ atMs }) => atMs <= from + at * tenth)?.mails ?? seen;
    rates.push((until - seen) / (tenth / 1_000));
    seen = until;
  }
  rates.forEach((rate, index) =>
    figures.add(
      SECTION,
      `fan_out_tenth_${index + 1}_mails_per_s`,
      `tenth ${index + 1} of its time, mails/s`,
      rate,
    ),
  );
  figures.add(
    SECTION,
    "fan_out_slowest_tenth_mails_per_s",
    "its slowest tenth, mails/s",
    percentile(rates, 0),
  );
}
