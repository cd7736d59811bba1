// One chaos run: rounds of load under faults, each followed by quiet and by a check against the provider's own record.
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { createRandom } from "#test/support/random.ts";
import { openReader, type Reader } from "./check/database.ts";
import { keepEvidence } from "./check/evidence.ts";
import { createMails, type Mails } from "./check/mails.ts";
import { deadLetters, doubtsSettled, heldTimes, rowCounts } from "./check/rows.ts";
import { untilSettled, type Waiting } from "./check/settled.ts";
import { judge, type Verdict } from "./check/verdict.ts";
import { readCode, type Figure } from "./record.ts";
import { createStorm, type Storm, type Struck } from "./faults/storm.ts";
import { createBook, type Book, type BookedAgency } from "./load/book.ts";
import { load } from "./load/load.ts";
import { createAgency } from "./load/people.ts";
import { counts, steer } from "./sandbox-client.ts";
import { SETTLE_TIMEOUT_MS, type ChaosSettings } from "./settings.ts";
import { startWorld, type World } from "./world.ts";

/** Everything that was found out. */
export type ChaosResult = {
  settings: ChaosSettings;
  faults: readonly Struck[];
  heldMs: number[];
  /** Milliseconds from doubt to decision. */
  settleMs: number[];
  /** What the page shows, by name. */
  figures: Record<Figure, number>;
  rounds: { fromMs: number; untilMs: number; settledMs: number }[];
  perSecond: number[];
  startedAtMs: number;
  /** What was checked out when it began. */
  code: { commit: string; code: string };
  /** Violations of any invariant, as sentences. */
  violations: string[];
  directory: string;
};

/** Longer than any pause in a round without work; what is shorter is no stall. */
const SMALLEST_STALL_MS = 1_000;
const POOR_CUSTOMERS = 400;
/** Sooner than Mailgun's, so that a round settles in seconds; more tries, so that none is given up. */
const WEBHOOK_RETRY_MS = [500, 1_000, 2_000, 3_000, 5_000, 5_000, 5_000, 10_000, 10_000, 10_000, 20_000];
/** `delivered` proves an acceptance as well as `accepted` does, and two calls a mail would take the machine from what is tested. */
const WEBHOOK_EVENTS = ["delivered", "failed", "opened", "clicked", "unsubscribed", "complained"];

export async function runChaos(settings: ChaosSettings, say: (line: string) => void): Promise<ChaosResult> {
  const directory = join(PROJECT_DIRECTORY, ".fanfare", "chaos", `${settings.seed}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const note = (line: string) => {
    const stamped = `${new Date().toISOString().slice(11, 23)} ${line}`;
    appendFileSync(join(directory, "run.log"), `${stamped}\n`);
    say(stamped);
  };
  const world = await startWorld(join(directory, "logs"), note, note);
  const reader = openReader(world.postgres.url);
  try {
    return await runRounds(settings, world, reader, directory, note);
  } finally {
    await reader.close();
    note("stopping everything");
    await world.stop();
  }
}

type Run = {
  settings: ChaosSettings;
  world: World;
  reader: Reader;
  book: Book;
  storm: Storm;
  mails: Mails;
  poor: BookedAgency;
  directory: string;
  note: (line: string) => void;
};

async function runRounds(
  settings: ChaosSettings,
  world: World,
  reader: Reader,
  directory: string,
  note: (line: string) => void,
): Promise<ChaosResult> {
  const book = createBook();
  await steer(world.sandboxUrl, "config", {
    webhookRetryMs: WEBHOOK_RETRY_MS,
    webhookEvents: WEBHOOK_EVENTS,
  });
  note(`making ${settings.agencies} agencies with ${settings.customersPerAgency} customers each`);
  for (let number = 1; number <= settings.agencies; number++)
    book.agencies.push(
      await createAgency(world, { number, customers: settings.customersPerAgency, verify: number === 2 }),
    );
  const poor = await createAgency(world, { number: 99, customers: POOR_CUSTOMERS, credits: 100 });
  const storm = createStorm(
    world,
    createRandom(settings.seed + 1),
    settings.faultEveryMs,
    ({ kind, about }) => note(`fault: ${kind}: ${about}`),
  );
  const mails = createMails(world.sandboxUrl);
  const run: Run = { settings, world, reader, book, storm, mails, poor, directory, note };
  const code = readCode();
  const startedAtMs = Date.now();
  const rounds: ChaosResult["rounds"] = [];
  const verdicts: Verdict[] = [];
  const violations: string[] = [];
  const roundCount = Math.max(1, Math.round((settings.minutes * 60_000) / settings.roundMs));
  for (let round = 1; round <= roundCount; round++) {
    const { verdict, stuck, ...times } = await playRound(
      run,
      createRandom(settings.seed + 100 * round),
      round,
    );
    rounds.push(times);
    verdicts.push(verdict);
    for (const { kind, count, examples } of verdict.problems)
      violations.push(`round ${round}: ${count} × ${kind}, for example ${examples.slice(0, 3).join("; ")}`);
    const left = Object.entries(stuck).map(([what, count]) => `${count} ${what}`);
    if (left.length > 0)
      violations.push(`round ${round}: did not settle in ${SETTLE_TIMEOUT_MS} ms: ${left.join(", ")}`);
    // What is stuck would be stuck in the next round too.
    if (left.length > 0) break;
  }
  const unasked = world.services.flatMap(({ name, exits }) =>
    exits.map((exit) => `${name} ended by itself (${exit})`),
  );
  if (unasked.length > 0)
    note(`${unasked.length} × a service ended by itself: ${[...new Set(unasked)].join("; ")}`);
  const held = await heldTimes(reader);
  const letters = await deadLetters(reader);
  for (const { n, reason, message_type: type, detail } of letters)
    note(`dead letters: ${n} × ${type} ${reason}: ${detail}`);
  const sum = (read: (verdict: Verdict) => number) =>
    verdicts.reduce((total, verdict) => total + read(verdict), 0);
  const last = verdicts.at(-1);
  const rows = await rowCounts(reader);
  const figures: Record<Figure, number> = {
    mails: mails.count(),
    lost: sum(({ lost }) => lost),
    // These look at the whole run each time.
    duplicates: last?.duplicates ?? 0,
    optOutViolations: last?.optOutViolations ?? 0,
    ledgerDrift: last?.ledgerDrift ?? 0,
    wrongActivities: last?.wrongActivities ?? 0,
    wrongCounters: last?.wrongCounters ?? 0,
    ...rows,
    optOuts: [...book.optOuts.values()].filter(({ acknowledgedAtMs: at }) => at !== undefined).length,
    blasts: book.blasts.length,
    schedules: book.schedules.length,
    held: held.filter(({ still }) => still).length,
    deadLetters: letters.reduce((total, { n }) => total + n, 0),
    longestStallMs: Math.max(0, ...rounds.map(({ fromMs, untilMs }) => longestStall(mails, fromMs, untilMs))),
    longestSettlingMs: Math.max(0, ...rounds.map(({ settledMs }) => settledMs)),
  };
  return {
    settings,
    faults: storm.struck,
    heldMs: held.map(({ ms }) => ms),
    settleMs: (await doubtsSettled(reader)).map(({ ms }) => ms),
    figures,
    rounds,
    perSecond: mails.perSecond(startedAtMs, Date.now()),
    startedAtMs,
    code,
    violations,
    directory,
  };
}

async function playRound(run: Run, random: ReturnType<typeof createRandom>, round: number) {
  const { settings, world, reader, book, storm, mails, poor, note } = run;
  const fromMs = Date.now();
  const untilMs = fromMs + settings.roundMs;
  note(`round ${round}: ${settings.roundMs / 1_000} s of load and faults`);
  let backlog = 0;
  const watching = watch(run, round, (count) => (backlog = count));
  try {
    await Promise.all([
      storm.rage(untilMs),
      load({ world, book, storm, random, settings, backlog: () => backlog, poor }, round, untilMs),
    ]);
    await Promise.all(world.services.map((service) => service.up()));
  } finally {
    await watching.stop();
  }
  note(`round ${round}: the faults rest; waiting until all is settled`);
  const quietAtMs = Date.now();
  let lastSaid = 0;
  const stuck: Waiting = await untilSettled(world, reader, SETTLE_TIMEOUT_MS, (waiting) => {
    if (Date.now() - lastSaid < 5_000) return;
    lastSaid = Date.now();
    note(`round ${round}: waiting for ${JSON.stringify(waiting)}`);
  });
  const settledMs = Date.now() - quietAtMs;
  await mails.read();
  const verdict = await judge(book, mails, reader, round);
  note(
    `round ${round}: settled in ${(settledMs / 1_000).toFixed(1)} s; ${mails.count()} mails, lost=${verdict.lost} ` +
      `duplicates=${verdict.duplicates} optout_violations=${verdict.optOutViolations} ledger_drift=${verdict.ledgerDrift} held=${verdict.held}`,
  );
  if (verdict.problems.length > 0 || Object.keys(stuck).length > 0) {
    const file = await keepEvidence(run.directory, round, verdict.problems, mails, reader);
    for (const { kind, count, examples } of verdict.problems)
      note(`VIOLATION: ${count} × ${kind}: ${examples[0] ?? ""}`);
    note(`the rows of what is wrong are kept in ${file}`);
  }
  return { verdict, stuck, fromMs, untilMs, settledMs };
}

/** A line each second: what was asked, what the provider has. Tells the load how much of it is not done yet. */
function watch({ world, book, storm, reader, note }: Run, round: number, onBacklog: (mails: number) => void) {
  const stop = new AbortController();
  let before = 0;
  // May wait for a database that is away; the line of the second does not.
  let measuring: Promise<void> | undefined;
  const done = (async () => {
    while (!stop.signal.aborted) {
      measuring ??= backlogOf(book, round, reader)
        .then(onBacklog)
        .finally(() => (measuring = undefined));
      const now = await counts(world.sandboxUrl);
      if (now === undefined)
        note(`round ${round}: the provider is away; asked=${book.asked} faults=${storm.struck.length}`);
      else {
        note(
          `round ${round}: asked=${book.asked} accepted=${now.accepted} (+${now.accepted - before}) ` +
            `duplicates=${now.duplicates} webhooks_waiting=${now.webhooks.waiting} faults=${storm.struck.length}`,
        );
        before = now.accepted;
      }
      await wait(1_000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stop.abort();
      await done;
      await measuring;
    },
  };
}

/** Mails of blasts that have not ended. */
async function backlogOf(book: Book, round: number, reader: Reader): Promise<number> {
  const ended = new Set(
    (await reader.rows<{ id: string }>(`SELECT id FROM blasts WHERE completed_at IS NOT NULL`)).map(
      ({ id }) => id,
    ),
  );
  return book.blasts
    .filter((blast) => blast.round === round && ![...blast.ids].some((id) => ended.has(id)))
    .reduce((sum, { size }) => sum + size, 0);
}

/** The longest time within a round in which nothing was accepted. */
function longestStall(mails: Mails, fromMs: number, untilMs: number): number {
  let longest = 0;
  let quiet = 0;
  for (const count of mails.perSecond(fromMs, untilMs)) {
    quiet = count === 0 ? quiet + SMALLEST_STALL_MS : 0;
    longest = Math.max(longest, quiet);
  }
  return longest;
}
