// One thread of the pool.
import { parentPort } from "node:worker_threads";
import { plantedBugs } from "./planted-bugs.ts";
import type { Portion, Sum } from "./pool.ts";
import { runHistory } from "./run-history.ts";
import { seedOf } from "./seed.ts";

// Every so many histories one is run again: the same seed must be the same history.
const repeatEvery = 100;

// Broken connections are thrown by the million here, and nobody reads where.
Error.stackTraceLimit = 0;

parentPort?.on("message", (portion: Portion) => {
  void runPortion(portion).then((sum) => parentPort?.postMessage(sum));
});

async function runPortion({ base, first, count, bug: bugName, stopAtFirst }: Portion): Promise<Sum> {
  const bug = plantedBugs.find(({ name }) => name === bugName);
  const sum: Sum = { histories: 0, faults: 0, crashes: 0, accepted: 0, simulatedMs: 0, findings: [] };
  for (let index = first; index < first + count; index++) {
    const seed = seedOf(base, index);
    const history = await runHistory(seed, { bug });
    const violations = [...history.violations];
    if (bug === undefined && index % repeatEvery === 0) {
      const again = await runHistory(seed, { bug });
      if (again.hash !== history.hash)
        violations.push(`not deterministic: ${history.hash} and ${again.hash}`);
    }
    sum.histories += 1;
    sum.faults += history.faults;
    sum.crashes += history.crashes;
    sum.accepted += history.accepted;
    sum.simulatedMs += history.simulatedMs;
    if (violations.length === 0) continue;
    sum.findings.push({ seed, violations });
    if (stopAtFirst) break;
  }
  return sum;
}
