// What is kept of a run, small enough to be committed: test/chaos/results/<seed>.json. The page sums over the runs of one state of the code.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { lastLine, passed } from "./result-line.ts";
import type { ChaosResult } from "./run.ts";

/** How often times fell into each tenth of a second, by its number: 129 stands for 12.9 to 13.0 s. */
export type Histogram = Record<string, number>;

export type RunRecord = {
  seed: number;
  minutes: number;
  /** When it ended, ISO 8601. */
  at: string;
  /** For people: what was checked out. */
  commit: string;
  /** Of everything that was tested. Records are summed up only when it is the same. */
  code: string;
  line: string;
  passed: boolean;
  rounds: number;
  figures: Record<Figure, number>;
  settle: Histogram;
  held: Histogram;
  /** How often each kind of fault struck. */
  faults: Record<string, number>;
  violations: readonly string[];
  plot: {
    perSecond: readonly number[];
    /** Seconds without faults, from and until. */
    quiet: readonly (readonly [number, number])[];
    /** Second, and number of the fault's kind in `faults`. */
    marks: readonly (readonly [number, number])[];
  };
};

/** Counts, and times in milliseconds by `…Ms`. */
export const FIGURES = [
  "mails", "lost", "duplicates", "optOutViolations", "optOuts", "ledgerDrift", "ledgerEntries", "blasts", "schedules", "transitions",
  "wrongActivities", "wrongCounters", "held", "deadLetters", "longestStallMs", "longestSettlingMs",
] as const; // prettier-ignore
export type Figure = (typeof FIGURES)[number];

const DIRECTORY = "test/chaos/results";
/** What a run tests and what tests it; its results and the documents are not. */
const SERVICES = ["api", "list-sender", "customer-sender", "scheduler", "cli/connect"].map(
  (name) => `services/${name}`,
);
const TESTED = ["core", ...SERVICES, "gen/ts", "dev", "test/chaos", "test/support", "package-lock.json", ":!*.md", `:!${DIRECTORY}`]; // prettier-ignore
const BUCKET_MS = 100;

export function recordOf(result: ChaosResult): RunRecord {
  const { settings, startedAtMs, rounds, faults, figures } = result;
  const second = (atMs: number) => Math.round((atMs - startedAtMs) / 1_000);
  const kinds = [...new Set(faults.map(({ kind }) => kind))].toSorted();
  return {
    seed: settings.seed,
    minutes: settings.minutes,
    at: new Date().toISOString(),
    ...result.code,
    line: lastLine(result),
    passed: passed(result),
    rounds: rounds.length,
    figures,
    settle: histogram(result.settleMs),
    held: histogram(result.heldMs),
    faults: Object.fromEntries(
      kinds.map((kind) => [kind, faults.filter((each) => each.kind === kind).length]),
    ),
    violations: result.violations,
    plot: {
      perSecond: result.perSecond,
      quiet: rounds.map(({ untilMs, settledMs }) => [second(untilMs), second(untilMs + settledMs)] as const),
      marks: faults.map(({ atMs, kind }) => [second(atMs), kinds.indexOf(kind)] as const),
    },
  };
}

/** Writes it, whole or not at all: another run may read at the same time. Answers its path in the project. */
export function writeRecord(record: RunRecord): string {
  const path = `${DIRECTORY}/${record.seed}.json`;
  const file = join(PROJECT_DIRECTORY, path);
  mkdirSync(join(PROJECT_DIRECTORY, DIRECTORY), { recursive: true });
  const lines = Object.entries(record).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  writeFileSync(`${file}.${process.pid}`, `{\n${lines.join(",\n")}\n}\n`);
  renameSync(`${file}.${process.pid}`, file);
  return path;
}

/** The newest record and all others of the same code and length, by seed. Empty when there is none. */
export function readRecords(): RunRecord[] {
  const directory = join(PROJECT_DIRECTORY, DIRECTORY);
  if (!existsSync(directory)) return [];
  const all = readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as RunRecord);
  const newest = all.toSorted((left, right) => right.at.localeCompare(left.at))[0];
  return all
    .filter(({ code, minutes }) => code === newest?.code && minutes === newest.minutes)
    .toSorted((left, right) => left.seed - right.seed);
}

/** What is checked out, asked when a run begins: it may be another one when it ends. */
export function readCode(): { commit: string; code: string } {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: PROJECT_DIRECTORY,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    }).trim();
  const commit = git("rev-parse", "--short", "HEAD");
  const hash = execFileSync("git", ["hash-object", "--stdin"], {
    cwd: PROJECT_DIRECTORY,
    encoding: "utf8",
    input: git("ls-files", "--stage", "--", ...TESTED) + git("diff", "HEAD", "--", ...TESTED),
  });
  return { commit, code: hash.trim().slice(0, 12) };
}

function histogram(timesMs: readonly number[]): Histogram {
  const counts: Histogram = {};
  for (const ms of timesMs) {
    const bucket = `${Math.floor(ms / BUCKET_MS)}`;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

/** A percentile of all of them together, in milliseconds: the upper edge of its tenth of a second. 0 of nothing. */
export function percentileOf(histograms: readonly Histogram[], share: number): number {
  const counts = new Map<number, number>();
  for (const each of histograms)
    for (const [bucket, n] of Object.entries(each))
      counts.set(Number(bucket), (counts.get(Number(bucket)) ?? 0) + n);
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  let left = total * share;
  for (const [bucket, n] of [...counts].toSorted(([a], [b]) => a - b)) {
    left -= n;
    if (left <= 0) return (bucket + 1) * BUCKET_MS;
  }
  return 0;
}
