// One thread of the pool.
import { parentPort } from "node:worker_threads";
import { plantedBugs } from "./planted-bugs.ts";
import { addSum, emptySum, type Portion, type Sum } from "./pool.ts";
import { runHistory } from "./run-history.ts";
import { seedOf } from "./seed.ts";

// Every so many histories one is run again: the same seed must be the same history.
const repeatEvery = 100;

// Broken connections are thrown by the million here, and nobody reads where.
Error.stackTraceLimit = 0;

parentPort?.on("message", (portion: Portion) => {
  void runPortion(portion).then((sum) => parentPort?.postMessage(sum));
});

async function runPortion({ base, first, count, bug: bugName, aim, stopAtFirst }: Portion): Promise<Sum> {
  const bug = plantedBugs.find(({ name }) => name === bugName);
  const sum = emptySum();
  for (let index = first; index < first + count; index++) {
    const seed = seedOf(base, index);
    const isRepeated = bug === undefined && index % repeatEvery === 0;
    const history = await runHistory(seed, { bug, aim, keepHash: isRepeated });
    const { hash, faults, kinds, outages, crashes, accepted, simulatedMs } = history;
    const violations = [...history.violations];
    if (isRepeated) {
      const again = await runHistory(seed, { bug, aim, keepHash: true });
      if (again.hash !== hash) violations.push(`not deterministic: ${hash} and ${again.hash}`);
    }
    const findings = violations.length === 0 ? [] : [{ seed, violations }];
    addSum(sum, { histories: 1, faults, kinds, unharmed: kinds === 0 ? 1 : 0, outages, crashes, accepted, simulatedMs, findings }); // prettier-ignore
    if (findings.length > 0 && stopAtFirst) break;
  }
  return sum;
}
