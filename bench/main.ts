// `make bench`: latency, throughput and CPU of the whole pipeline on this machine, and the limits of its parts beside them.
import { measureDirectSend } from "./direct-send.ts";
import { createFigures } from "./figures.ts";
import { measureLimits } from "./limits.ts";
import { runBlast } from "./measure/blast-run.ts";
import { measurePipeline } from "./pipeline.ts";
import { beginStatements, tellProfile, tellStatements } from "./profile.ts";
import { table, writeReport } from "./report.ts";
import { measureSendBlast } from "./send-blast.ts";
import { readSettings, type Section } from "./settings.ts";
import { startBench, type Bench } from "./setup/bench.ts";

const RESULTS = new URL("results", import.meta.url).pathname;
/** At scale 1 it takes about three minutes; whatever takes ten times that hangs. */
const LIMIT_MS = 30 * 60_000;

const MEASURES: Record<Section, (bench: Bench) => Promise<void>> = {
  pipeline: measurePipeline,
  "send-blast": measureSendBlast,
  "direct-send": measureDirectSend,
  limits: measureLimits,
};

const beganMs = performance.now();
const say = (what: string) =>
  console.log(`${((performance.now() - beganMs) / 1_000).toFixed(1).padStart(6)} s  ${what}`);

let bench: Bench | undefined;
async function stop(): Promise<void> {
  const running = bench;
  bench = undefined;
  await running?.stop();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  // What the stack started ends with us; its guardian sees to it.
  process.on(signal, () => process.exit(130));
setTimeout(() => {
  console.error(`bench failed: it takes longer than ${LIMIT_MS / 60_000} minutes, so something hangs`);
  process.exit(1);
}, LIMIT_MS).unref();

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { profiled, sections } = settings;
  say("starting the stack");
  const figures = createFigures();
  const started = await startBench(settings, figures, say);
  bench = started;
  say("warming up with one blast");
  await runBlast(started, started.some);
  if (profiled === "postgres") await beginStatements(started);
  for (const section of sections) {
    say(`${section} …`);
    await MEASURES[section](started);
  }
  if (profiled === "postgres") await tellStatements(started);
  say("stopping the stack");
  await stop();
  if (typeof profiled === "object") tellProfile(started.profileDirectory, profiled);
  console.log(table(figures.list()));
  console.log(`\nwritten to ${writeReport(RESULTS, figures.list(), settings)}.{json,md}`);
}

try {
  await main();
} catch (error) {
  console.error(`\nbench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await stop().catch((problem: unknown) => console.error(String(problem)));
}
process.exit();
