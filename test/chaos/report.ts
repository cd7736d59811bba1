// docs/reliability.md and its plot, written from one run's figures.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { ALL_FAULTS } from "./faults/storm.ts";
import { drawPlot } from "./plot.ts";
import { lastLine, passed, percentile } from "./result-line.ts";
import type { ChaosResult } from "./run.ts";

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

/** Writes both files and answers their paths in the project. */
export function writeReport(result: ChaosResult): string[] {
  mkdirSync(join(PROJECT_DIRECTORY, "docs", "images"), { recursive: true });
  writeFileSync(join(PROJECT_DIRECTORY, IMAGE), plot(result));
  writeFileSync(join(PROJECT_DIRECTORY, PAGE), page(result));
  return [PAGE, IMAGE];
}

function plot(result: ChaosResult): string {
  const second = (atMs: number) => (atMs - result.startedAtMs) / 1_000;
  return drawPlot({
    title:
      "Mails accepted by the provider, per second; marks are faults, shaded is the quiet in which a round settles",
    values: result.perSecond,
    marks: result.faults.map(({ atMs, kind }) => ({
      second: second(atMs),
      colour: GROUPS.find(({ of }) => of(kind))?.colour ?? "#000000",
      title: kind,
    })),
    quiet: result.rounds.map(({ untilMs, settledMs }) => ({
      from: second(untilMs),
      until: second(untilMs + settledMs),
    })),
    legend: GROUPS,
  });
}

function page(result: ChaosResult): string {
  const { settings, faults, mails, settleMs, heldMs, held, rounds } = result;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const bound = (n: number) => (n === 0 ? "–" : `≤ ${percent(3 / n)}`);
  const figures: readonly (readonly [string, string, string])[] = [
    ["mails accepted by the provider", count(mails), ""],
    ["faults", count(faults.length), ""],
    [
      "lost: eligible, and neither accepted nor left out or held with a reason",
      count(result.lost),
      bound(mails),
    ],
    ["accepted twice (policy `hold`)", count(result.duplicates), bound(mails)],
    [
      "accepted after an opt-out was acknowledged",
      `${count(result.optOutViolations)} of ${count(result.optOuts)} opt-outs`,
      bound(result.optOuts),
    ],
    [
      "balances that are not their ledger, reservations that are not open deliveries",
      count(result.ledgerDrift),
      "",
    ],
    ["blasts, each one for its key", count(result.blasts), ""],
    [
      "schedules with their schedulers killed around the due time, each fired once",
      count(result.schedules),
      bound(result.schedules),
    ],
    ["sends in doubt that were settled", count(settleMs.length), ""],
    [
      "time to settle a doubt, p50 / p99",
      `${seconds(percentile(settleMs, 0.5))} / ${seconds(percentile(settleMs, 0.99))}`,
      "",
    ],
    ["held at the end, for a person to decide", count(held), ""],
    ["held that evidence settled later", count(heldMs.length - held), ""],
    ["longest time without an acceptance while faults raged", seconds(result.longestStallMs), ""],
    [
      "longest time to settle everything after a round",
      seconds(Math.max(0, ...rounds.map(({ settledMs }) => settledMs))),
      "",
    ],
    ["dead letters", count(result.deadLetters), ""],
  ];
  return `# Reliability, measured by breaking it

\`make chaos\` runs the real services (two of each), a real PostgreSQL, three NATS servers as a cluster and the sandbox in
place of Mailgun, with a proxy of our own on every way between them; breaks all of it at random moments under load; and checks
every mail against the provider's own record. This page is written by it (\`CHAOS_REPORT=1\`).

\`\`\`
${lastLine(result)}
\`\`\`

Seed ${settings.seed}, ${settings.minutes} minutes of faults in ${rounds.length} rounds${passed(result) ? "" : "; **invariants broke, see below**"}.

![Mails per second through the faults](images/chaos.svg)

## Figures

| | n | 95 % bound |
|---|---|---|
${figures.map(([what, n, limit]) => `| ${what} | ${n} | ${limit} |`).join("\n")}

The bound is the rule of three: what was seen 0 times in n is, with 95 % confidence, rarer than 3/n. It speaks of faults like
these on one machine, with leases and horizons of seconds; it is no promise about a data centre.

## Fault, promise, figure

Violations are those of the whole run: none can be laid to one fault, so 0 of n holds for each.

| fault | promise | struck | 95 % bound |
|---|---|---|---|
${faultRows(result).join("\n")}
${result.violations.length === 0 ? "" : `\n## Violations\n\n${result.violations.map((each) => `- ${each}`).join("\n")}\n`}
## What is checked, and against what

The driver remembers whom it asked to mail, and what it was answered; the sandbox records what it accepted and when. After each
round the faults rest until nothing is under way (bounded), and then: each customer of each audience has one row, and a mail at
the provider exactly when the row says so, or a reason that the driver's own record bears out; no delivery has two mails; no mail
is later than the acknowledgement of its customer's opt-out; balances are the sums of their ledgers, and reservations the open
deliveries; one Activity for each transition; counters are the rows; one blast for each key and each occurrence; and nobody sent
more than was paid for, though blasts in parallel tried to.

## Again

\`\`\`sh
CHAOS_SEED=${settings.seed} CHAOS_MINUTES=${settings.minutes} make chaos    # the same faults in the same order
\`\`\`

The seed fixes which faults come in which order and at which pauses; what they meet depends on the machine. When a promise breaks,
the logs of every process and all rows about what is wrong are kept in \`.fanfare/chaos/<seed>/\`.
`;
}

function faultRows({ faults }: ChaosResult): string[] {
  const struck = Map.groupBy(faults, ({ kind }) => kind);
  const known = ALL_FAULTS.map(({ kind, promise }) => ({ kind, promise }));
  const scheduled = {
    kind: "schedulers killed around a due time (kill -9)",
    promise: "One blast for each occurrence, at its time or late.",
  };
  return [...known, scheduled].map(({ kind, promise }) => {
    const n = struck.get(kind)?.length ?? 0;
    return `| ${kind} | ${promise} | ${n} | ${n === 0 ? "–" : `≤ ${percent(Math.min(1, 3 / n))}`} |`;
  });
}

const count = (value: number): string => value.toLocaleString("en");

function percent(share: number): string {
  return `${(share * 100).toPrecision(2).replace(/\.0$/, "")} %`;
}
