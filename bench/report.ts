import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figures.ts";
import type { Settings } from "./settings.ts";
import { SECTIONS } from "./settings.ts";

/** Where the figures were measured: without it they are no figures. */
type Machine = { measured_at: string; machine: string; machine_cpus_n: number; node: string; scale: number };

/** Figures as a table for people. */
export function table(figures: readonly Figure[]): string {
  const width = Math.max(0, ...figures.map(({ label }) => label.length));
  const lines: string[] = [];
  let section = "";
  for (const figure of figures) {
    if (figure.section !== section) lines.push("", (section = figure.section));
    lines.push(`  ${figure.label.padEnd(width)}  ${write(figure.value).padStart(9)}`);
  }
  return lines.join("\n");
}

/**
 * Writes the figures of a whole run as `latest`, which is kept. Those of a part, of another scale, under a profiler or with a
 * section that failed are `partial`: they must not be taken for it. Answers the path without its ending.
 */
export function writeReport(
  directory: string,
  figures: readonly Figure[],
  settings: Settings,
  { asked, failed }: { asked: string; failed: readonly string[] },
): string {
  const whole =
    settings.sections.length === SECTIONS.length &&
    settings.scale === 1 &&
    settings.profiled === undefined &&
    failed.length === 0;
  const path = join(directory, whole ? "latest" : "partial");
  const machine = describeMachine(settings.scale);
  mkdirSync(directory, { recursive: true });
  const flat = { ...machine, ...Object.fromEntries(figures.map(({ key, value }) => [key, value])) };
  writeFileSync(`${path}.json`, `${JSON.stringify(flat, null, 2)}\n`);
  writeFileSync(`${path}.md`, markdown(machine, figures, asked, failed));
  return path;
}

/** When and where, in a sentence. */
export function machineLine(scale: number): string {
  const { measured_at, machine_cpus_n, machine, node } = describeMachine(scale);
  return (
    `Measured ${measured_at.slice(0, 10)} on ${machine_cpus_n} × ${machine}, Node ${node}, scale ${scale}; ` +
    "every part, the sink and the client ran on this machine."
  );
}

function describeMachine(scale: number): Machine {
  return {
    measured_at: new Date().toISOString(),
    machine: cpus()[0]?.model.trim() ?? "unknown",
    machine_cpus_n: availableParallelism(),
    node: process.version,
    scale,
  };
}

function markdown(
  machine: Machine,
  figures: readonly Figure[],
  asked: string,
  failed: readonly string[],
): string {
  const lines = [
    "# Figures of the bench",
    "",
    `${machineLine(machine.scale)} What each figure means: bench/README.md.`,
    "",
    ...failed.map((what) => `**Failed:** ${what}\n`),
    "## Asked and measured",
    "",
    asked,
    "",
    "## All figures",
    "",
    "| | figure | value | key |",
    "|---|---|---:|---|",
    ...figures.map(
      ({ section, label, value, key }) => `| ${section} | ${label} | ${write(value)} | \`${key}\` |`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function write(value: number): string {
  return value >= 1_000 ? value.toLocaleString("en") : String(value);
}
