// Twenty equal agencies press the button at once: how evenly they are served while all of them wait.
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { startBlast } from "../measure/blast-run.ts";
import { callsAfter, sinkStats } from "../measure/sink.ts";
import { createBenchAgency, type BenchAgency } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { jain } from "../statistics.ts";

const SECTION = "fairness";
const AGENCIES = 20;
/** Shares of all mails at which it is looked how many each agency has; the least even counts. */
const LOOKS = [0.25, 0.5, 0.75];

export async function measureFairness(bench: Bench): Promise<void> {
  const { figures, say, sizes } = bench;
  // Several windows' worth, and twenty batches: with fewer the index would tell the size of a batch.
  const size = sizes.some;
  say(`${AGENCIES} agencies, ${size} customers each`);
  const agencies: BenchAgency[] = [];
  for (let at = 1; at <= AGENCIES; at += 1)
    agencies.push(await createBenchAgency(bench.stack, `agency-${at}`));
  const audiences = await inTurn(agencies, (agency) => agency.audience(size));
  const { calls } = await sinkStats(bench.sink.url);
  const running = await Promise.all(
    agencies.map((agency, at) =>
      startBlast(bench, audiences[at]!, { agency, lane: Lane.STANDARD, pollMs: 500 }),
    ),
  );
  const runs = await Promise.all(running.map(({ ended }) => ended));
  for (const agency of agencies) agency.close();

  const counts = new Map(runs.map(({ blastId }) => [blastId, 0]));
  const indices: number[] = [];
  let all = 0;
  for await (const { tag, mails } of callsAfter(bench.sink.url, calls)) {
    const had = counts.get(tag);
    if (had === undefined) continue;
    counts.set(tag, had + mails);
    all += mails;
    while (indices.length < LOOKS.length && all >= LOOKS[indices.length]! * AGENCIES * size)
      indices.push(jain([...counts.values()]));
  }
  const seconds = (Math.max(...runs.map((run) => run.lastAcceptedAtMs)) - runs[0]!.sentAtMs) / 1_000;
  figures.add(SECTION, "fairness_agencies_n", "equal agencies, one blast each at once", AGENCIES);
  figures.add(SECTION, "fairness_jain_index", "Jain's index, the least of three looks", Math.min(...indices));
  figures.add(SECTION, "fairness_mails_per_s", "mails/s of all together", (AGENCIES * size) / seconds);
  say(`Jain's index ${indices.map((index) => index.toFixed(3)).join(", ")}`);
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
