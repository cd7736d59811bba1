// docs/reliability.md and its plot, written from the records of all runs of one state of the code.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { page } from "./page.ts";
import { drawPlot, stackPlots } from "./plot.ts";
import { readRecords, type RunRecord } from "./record.ts";

const PAGE = "docs/reliability.md";
const IMAGE = "docs/images/chaos.svg";

/** What belongs together in the plot. */
const GROUPS: readonly { text: string; colour: string; of: (kind: string) => boolean }[] = [
  { text: "provider, webhooks", colour: "#b8860b", of: (kind) => /^(provider|webhooks)/.test(kind) },
  { text: "connections", colour: "#888888", of: (kind) => kind.startsWith("connections") },
  { text: "PostgreSQL", colour: "#c0392b", of: (kind) => kind.startsWith("PostgreSQL") },
  { text: "NATS", colour: "#7d3c98", of: (kind) => kind.includes("broker") },
  { text: "our own services", colour: "#1e8449", of: () => true },
];

/** Writes both files from what is recorded, and answers their paths in the project. Throws when nothing is. */
export function writeReport(): string[] {
  const records = readRecords();
  if (records.length === 0)
    throw new Error(
      "There is no record of a run in test/chaos/results: CHAOS_REPORT=1 make chaos writes one.",
    );
  mkdirSync(join(PROJECT_DIRECTORY, "docs", "images"), { recursive: true });
  writeFileSync(join(PROJECT_DIRECTORY, IMAGE), stackPlots(records.map(plotOf)));
  writeFileSync(join(PROJECT_DIRECTORY, PAGE), page(records));
  return [PAGE, IMAGE];
}

function plotOf({ seed, plot, faults }: RunRecord): string {
  const kinds = Object.keys(faults);
  return drawPlot({
    title: `Seed ${seed}: mails accepted by the provider, per second; marks are faults, shaded is the quiet in which a round settles`,
    values: plot.perSecond,
    marks: plot.marks.map(([second, number]) => {
      const kind = kinds[number] ?? "";
      return { second, colour: GROUPS.find(({ of }) => of(kind))?.colour ?? "#000000", title: kind };
    }),
    quiet: plot.quiet.map(([from, until]) => ({ from, until })),
    legend: GROUPS,
  });
}
