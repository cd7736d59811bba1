// The text of docs/reliability.md.
import { BEYOND_CREDIT, KILLED_AROUND_DUE_TIME } from "./faults/load-faults.ts";
import { ALL_FAULTS } from "./faults/storm.ts";
import { percentileOf, type Figure, type RunRecord } from "./record.ts";

/** The page about these runs; at least one. */
export function page(records: readonly RunRecord[]): string {
  const rounds = records.reduce((all, each) => all + each.rounds, 0);
  const minutes = records.reduce((all, each) => all + each.minutes, 0);
  const violations = records.flatMap(({ seed, violations: some }) =>
    some.map((each) => `- seed ${seed}: ${each}`),
  );
  const commits = [...new Set(records.map(({ commit }) => commit))].join(", ");
  return `# Reliability, measured by breaking it

\`make chaos\` runs the real services (two of each), a real PostgreSQL, three NATS servers as a cluster and the sandbox in
place of Mailgun, with a proxy of our own on every way between them; breaks all of it at random moments under load; and checks
every mail against the provider's own record. This page is written by it (\`CHAOS_REPORT=1\`), from what is kept of each run in
[test/chaos/results](../test/chaos/results).

\`\`\`
${records.map(({ seed, line }) => `seed ${seed}  ${line}`).join("\n")}
\`\`\`

${records.length === 1 ? "One seed" : `${records.length} seeds`} of the same code (${commits}), ${minutes} minutes of faults in ${rounds} rounds${violations.length === 0 ? "" : "; **invariants broke, see below**"}.

![Mails per second through the faults](images/chaos.svg)

## Figures

| | n | 95 % bound |
|---|---|---|
${figureRows(records).join("\n")}

The bound is the rule of three: what was seen 0 times in n is, with 95 % confidence, rarer than 3/n. It speaks of faults like
these on one machine, with leases and horizons of seconds; it is no promise about a data centre.

## Fault, promise, figure

Violations are those of all runs: none can be laid to one fault, so 0 of n holds for each.

| fault | promise | struck | 95 % bound |
|---|---|---|---|
${faultRows(records).join("\n")}
${violations.length === 0 ? "" : `\n## Violations\n\n${violations.join("\n")}\n`}
## What is checked, and against what

The driver remembers whom it asked to mail, and what it was answered; the sandbox records what it accepted and when. After each
round the faults rest until nothing is under way (bounded), and then: each customer of each audience has one row, and a mail at
the provider exactly when the row says so, or a reason that the driver's own record bears out; no delivery has two mails; no mail
is later than the acknowledgement of its customer's opt-out; balances are the sums of their ledgers, and reservations the open
deliveries; one Activity for each transition; counters are the rows; one blast for each key and each occurrence; and nobody sent
more than was paid for, though blasts in parallel tried to.

## What these faults are, and what they are not

- *Without room on its disk* is the broker's own limit of storage, \`max_file_store\`, lowered below what its streams have reserved: every
  publication is refused until there is room. A file system that is really full takes rights to mount one. Tried by hand on one of 12 MB, nats-server 2.15
  then logs "no space left on device" and publications time out; with room again it still acknowledged nothing in ten tries; restarted, it acknowledged at once,
  and all 96 messages that it had acknowledged before were there. To publishers it is a broker that is away, which is above. The [runbook](runbook.md#the-brokers-disk-is-full) says what to do.
- *An hour's outage* does not fit into a run. [long-outage.test.ts](../test/faults/long-outage.test.ts) has one on the real parts: nobody can connect to
  the provider, and the rows' clock is moved on until an hour is over, wait by wait, as the delays say.
  \`make simulate\` has outages of any length on its own clock.
- A *crash* is kill -9: what the operating system has been given, it keeps. A power failure is not played; [ARCHITECTURE.md](ARCHITECTURE.md#rows-are-the-truth-the-broker-is-the-doorbell) says why the broker may lose all.

## Again

\`\`\`sh
CHAOS_SEED=${records[0]?.seed} CHAOS_MINUTES=${records[0]?.minutes} make chaos    # the same faults in the same order
CHAOS_SEED=7 CHAOS_REPORT=1 make chaos    # another seed, kept in test/chaos/results; this page sums over all of the same code
CHAOS_REPORT=page make chaos              # no run: this page again, for example from records that came from another machine
\`\`\`

The seed fixes which faults come in which order and at which pauses; what they meet depends on the machine. Runs may go on at the same
time. When a promise breaks, the logs of every process and all rows about what is wrong are kept in \`.fanfare/chaos/<seed>/\`.
`;
}

function figureRows(records: readonly RunRecord[]): string[] {
  const sum = (name: Figure) => records.reduce((all, { figures }) => all + figures[name], 0);
  const longest = (name: Figure) => seconds(Math.max(...records.map(({ figures }) => figures[name])));
  const of = (name: "settle" | "held") => records.map((each) => each[name]);
  const total = (name: "settle" | "held") =>
    of(name).reduce((all, each) => all + Object.values(each).reduce((some, n) => some + n, 0), 0);
  const faults = records.reduce(
    (all, each) => all + Object.values(each.faults).reduce((some, n) => some + n, 0),
    0,
  );
  // What was seen has no such bound.
  const unseen = (name: Figure, outOf: Figure) => (sum(name) === 0 ? sum(outOf) : undefined);
  const rows: readonly (readonly [what: string, n: string, outOf?: number | undefined])[] = [
    ["mails accepted by the provider", count(sum("mails"))],
    ["faults", count(faults)],
    ["lost: eligible, and neither accepted nor left out or held with a reason", count(sum("lost")), unseen("lost", "mails")],
    ["accepted twice (policy `hold`)", count(sum("duplicates")), unseen("duplicates", "mails")],
    ["accepted after an opt-out was acknowledged", `${count(sum("optOutViolations"))} of ${count(sum("optOuts"))} opt-outs`, unseen("optOutViolations", "optOuts")],
    ["balances that are not their ledger, reservations that are not open deliveries", `${count(sum("ledgerDrift"))} of ${count(sum("ledgerEntries"))} entries`, unseen("ledgerDrift", "ledgerEntries")],
    ["missing or double Activities", `${count(sum("wrongActivities"))} of ${count(sum("transitions"))} transitions`, unseen("wrongActivities", "transitions")],
    ["blasts whose counters are not their rows", `${count(sum("wrongCounters"))} of ${count(sum("blasts"))} blasts`, unseen("wrongCounters", "blasts")],
    ["blasts, each one for its key", count(sum("blasts")), sum("blasts")],
    ["schedules with their schedulers killed around the due time, each fired once", count(sum("schedules")), sum("schedules")],
    ["sends in doubt that were settled", count(total("settle"))],
    ["time to settle a doubt, p50 / p99", `${seconds(percentileOf(of("settle"), 0.5))} / ${seconds(percentileOf(of("settle"), 0.99))}`],
    ["held at the end, for a person to decide", count(sum("held"))],
    ["held that evidence settled later", count(total("held") - sum("held"))],
    ["held for how long, by then or by the end of the run, p50 / longest", `${seconds(percentileOf(of("held"), 0.5))} / ${seconds(percentileOf(of("held"), 1))}`],
    ["longest time without an acceptance while faults raged", longest("longestStallMs")],
    ["longest time to settle everything after a round", longest("longestSettlingMs")],
    ["dead letters", count(sum("deadLetters"))],
  ]; // prettier-ignore
  return rows.map(([what, n, outOf]) => `| ${what} | ${n} | ${outOf === undefined ? "" : bound(outOf)} |`);
}

function faultRows(records: readonly RunRecord[]): string[] {
  return [...ALL_FAULTS, KILLED_AROUND_DUE_TIME, BEYOND_CREDIT].map(({ kind, promise }) => {
    const n = records.reduce((all, { faults }) => all + (faults[kind] ?? 0), 0);
    return `| ${kind} | ${promise} | ${n} | ${bound(n)} |`;
  });
}

const count = (value: number): string => value.toLocaleString("en");
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
/** With three or fewer there is none. */
const bound = (n: number): string => (n <= 3 ? "–" : `≤ ${Number(((3 / n) * 100).toPrecision(2))} %`);
