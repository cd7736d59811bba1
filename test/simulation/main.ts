// make simulate: histories without end of the real services in a world that breaks, checked against what the world saw.
//   SIM_HISTORIES=100000  how many     SIM_SEED=1  which series     SIM_MINUTES=5  at most
//   SIM_REPLAY=<seed>     one history, with all that happened in it (SIM_BUG=<name> plants a bug in it)
import { hunt } from "./hunt.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { addSum, createPool, emptySum, type Finding, type Pool, type Sum } from "./pool.ts";
import { runHistory } from "./run-history.ts";

const minuteMs = 60_000;
const portionHistories = 250;
const reportEveryMs = 10_000;
// More of the same says no more.
const maxFindings = 20;
// The most that a planted bug may take.
const huntAtMost = 2_000;

const replay = process.env["SIM_REPLAY"];
process.exitCode = replay === undefined ? await simulate() : await replayOne(whole("SIM_REPLAY", 0));

async function replayOne(seed: number): Promise<number> {
  const bugName = process.env["SIM_BUG"];
  const bug = plantedBugs.find(({ name }) => name === bugName);
  if (bugName !== undefined && bug === undefined) {
    console.error(`SIM_BUG is ${bugName}; there are ${plantedBugs.map(({ name }) => name).join(", ")}.`);
    return 2;
  }
  const { lines, violations, hash, events } = await runHistory(seed, {
    bug,
    keepLines: true,
    keepHash: true,
  });
  for (const line of lines) console.log(line);
  console.log(`\nseed=${seed} hash=${hash} events=${events} violations=${violations.length}`);
  for (const violation of violations) console.log(`  ${violation}`);
  return violations.length === 0 ? 0 : 1;
}

async function simulate(): Promise<number> {
  const base = whole("SIM_SEED", 1);
  const wanted = whole("SIM_HISTORIES", 100_000);
  const untilMs = Date.now() + whole("SIM_MINUTES", 5) * minuteMs;
  const pool = createPool();
  try {
    const hunted = await huntAll(pool, base);
    const startMs = Date.now();
    const before = process.cpuUsage();
    const sum = await runAll(pool, { base, wanted, untilMs });
    const took = { seconds: (Date.now() - startMs) / 1_000, cpu: process.cpuUsage(before) };
    for (const finding of sum.findings.slice(0, maxFindings)) report(finding);
    const missed = hunted.filter(({ found }) => !found).length;
    if (sum.histories < wanted)
      console.log(`Time was up after ${sum.histories} of ${wanted} histories; SIM_MINUTES gives it more.`);
    console.log(summary(sum, base, took));
    return sum.findings.length === 0 && missed === 0 ? 0 : 1;
  } finally {
    await pool.close();
  }
}

async function huntAll(pool: Pool, base: number) {
  console.log("Planted bugs, and the histories it takes to notice them:");
  const hunted = await Promise.all(plantedBugs.map((bug) => hunt(pool, bug, { base, atMost: huntAtMost })));
  for (const { bug, found, histories, violation } of hunted) {
    console.log(
      `  ${bug.name.padEnd(22)} ${found ? String(histories).padStart(6) : "NOT FOUND"}  ${bug.what}${found ? `: ${shorten(violation)}` : ""}`,
    );
  }
  console.log(`planted bugs found: ${hunted.filter(({ found }) => found).length} of ${hunted.length}`);
  return hunted;
}

async function runAll(pool: Pool, o: { base: number; wanted: number; untilMs: number }): Promise<Sum> {
  const total = emptySum();
  const startMs = Date.now();
  let reportedMs = startMs;
  let next = 0;
  const thread = async () => {
    while (next < o.wanted && Date.now() < o.untilMs && total.findings.length < maxFindings) {
      const first = next;
      const count = Math.min(portionHistories, o.wanted - first);
      next += count;
      const sum = await pool.run({ base: o.base, first, count, stopAtFirst: false });
      addSum(total, sum);
      if (Date.now() - reportedMs < reportEveryMs) continue;
      reportedMs = Date.now();
      progress(total, reportedMs - startMs);
    }
  };
  await Promise.all(Array.from({ length: pool.threads }, thread));
  progress(total, Date.now() - startMs);
  return total;
}

function progress(sum: Sum, tookMs: number): void {
  const { histories, faults, crashes, accepted, simulatedMs, findings } = sum;
  const days = Math.round(simulatedMs / (24 * 60 * minuteMs));
  console.log(
    `histories=${histories} (${Math.round((histories / tookMs) * 1000)}/s) faults=${faults} crashes=${crashes} mails=${accepted} simulated_days=${days} violations=${findings.length}`,
  );
}

/** Processor time is what can be compared between machines that do other things too. */
function summary(sum: Sum, base: number, took: { seconds: number; cpu: NodeJS.CpuUsage }): string {
  const { histories, faults, kinds, unharmed, outages, findings } = sum;
  const each = (total: number) => (total / Math.max(1, histories)).toFixed(1);
  const cpuSeconds = (took.cpu.user + took.cpu.system) / 1e6;
  console.log(
    `a history: ${each(faults)} faults of ${each(kinds)} kinds; ${each(100 * unharmed)} % had none; ${outages} lived through an hour without the provider; ${each(1_000 * cpuSeconds)} s of processor time for a thousand`,
  );
  return `simulate: histories=${histories} violations=${findings.length} seconds=${took.seconds.toFixed(1)} histories_per_second=${Math.round(histories / took.seconds)} seed=${base}`;
}

function report({ seed, violations }: Finding): void {
  console.log(`\nseed ${seed}:`);
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(`  see all of it: SIM_REPLAY=${seed} make simulate`);
}

function shorten(text: string): string {
  const short = text.replaceAll(/0{8}-0000-7[0-9a-f]00-8000-0*/g, "#");
  return short.length > 90 ? `${short.slice(0, 89)}…` : short;
}

function whole(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`${name} is "${text}"; it must be a whole number.`);
  process.exit(2);
}
