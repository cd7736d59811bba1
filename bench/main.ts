// `make bench`: what Fanfare does on this machine, the limits of its parts and the usual way to build it beside it.
import { mkdirSync } from "node:fs";
import { askedTable } from "./asked.ts";
import { createFigures } from "./figures.ts";
import { measureGrowth } from "./measure/growth.ts";
import { writePage } from "./page.ts";
import { drawPlots } from "./plots.ts";
import { beginStatements, tellProfile, tellStatements } from "./profile.ts";
import { machineLine, table, writeReport } from "./report.ts";
import { measureBaseline } from "./sections/baseline.ts";
import { measureDirectSend } from "./sections/direct-send.ts";
import { measureFairness } from "./sections/fairness.ts";
import { measureFanOut } from "./sections/fan-out.ts";
import { measureLimits } from "./sections/limits.ts";
import { measurePipeline } from "./sections/pipeline.ts";
import { measureScaleOut } from "./sections/scale-out.ts";
import { measureSendBlast } from "./sections/send-blast.ts";
import { measureWebhooks } from "./sections/webhooks.ts";
import { readSettings, type Section, type Settings } from "./settings.ts";
import { startBench, type Bench } from "./setup/bench.ts";

const RESULTS = new URL("results", import.meta.url).pathname;
/** At scale 1 it takes less than twenty minutes; what takes three times that, at the scale, hangs. */
const LIMIT_MINUTES = 60;

/** Those that share one stack, in the order in which they run. */
const SHARED: Partial<Record<Section, (bench: Bench, scale: number) => Promise<void>>> = {
  limits: measureLimits,
  pipeline: measurePipeline,
  "direct-send": measureDirectSend,
  "send-blast": measureSendBlast,
  webhooks: measureWebhooks,
  fairness: measureFairness,
  "fan-out": measureFanOut,
  growth: measureGrowth,
};

/** Those that start what they need. */
const APART: Partial<
  Record<Section, (settings: Settings, figures: Bench["figures"], say: Bench["say"]) => Promise<void>>
> = { "scale-out": measureScaleOut, baseline: measureBaseline };

const settings = readSettings(process.env);
const figures = createFigures();
const failed: string[] = [];
const beganMs = performance.now();
const say = (what: string) =>
  console.log(`${((performance.now() - beganMs) / 1_000).toFixed(1).padStart(6)} s  ${what}`);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  // What the stack started ends with us; its guardian sees to it.
  process.on(signal, () => process.exit(130));
const limitMinutes = LIMIT_MINUTES * Math.max(1, settings.scale);
setTimeout(() => {
  console.error(`bench failed: it takes longer than ${limitMinutes} minutes, so something hangs`);
  process.exit(1);
}, limitMinutes * 60_000).unref();

/** A section that fails says so, and the others go on. */
async function attempt(name: string, work: () => Promise<void>): Promise<void> {
  say(`${name} …`);
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    failed.push(`${name}: ${reason}`);
    say(`${name} FAILED: ${reason}`);
  }
}

async function measureShared(sections: readonly Section[]): Promise<void> {
  if (sections.length === 0) return;
  say("starting the stack");
  const bench = await startBench(settings, figures, say);
  const { profiled } = settings;
  try {
    if (profiled === "postgres") await beginStatements(bench);
    for (const section of sections) await attempt(section, () => SHARED[section]!(bench, settings.scale));
    if (profiled === "postgres") await tellStatements(bench);
  } finally {
    say("stopping the stack");
    await bench.stop();
  }
  if (typeof profiled === "object") tellProfile(bench.profileDirectory, profiled);
}

mkdirSync(RESULTS, { recursive: true });
const shared = settings.sections.filter((section) => SHARED[section] !== undefined);
await measureShared(shared).catch((error: unknown) => failed.push(`the stack: ${String(error)}`));
for (const section of settings.sections) {
  const apart = APART[section];
  if (apart !== undefined) await attempt(section, () => apart(settings, figures, say));
}

const asked = askedTable(figures.list());
console.log(table(figures.list()));
console.log(`\nAsked and measured\n${asked.text}`);
const path = writeReport(RESULTS, figures.list(), settings, { asked: asked.markdown, failed });
if (path.endsWith("latest")) {
  drawPlots(figures.list());
  writePage(figures.list(), asked.markdown, machineLine(settings.scale));
}
for (const what of failed) console.error(`FAILED ${what}`);
say(`done; written to ${path}.{json,md}`);
process.exit(0);
