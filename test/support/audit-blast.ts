// Checks a blast's rows against each other and against what the provider received, without the api: the invariants I1, I2, I4, I5, I7
// as one look at the tables.
import { sql } from "kysely";
import type { Database } from "#core/adapters/postgres/database.ts";
import { parseRid } from "#core/domain/delivery/id.ts";
import { sandboxMails } from "./sandbox-mails.ts";

/** What became of a blast; `problems` is empty when everything holds. */
export type BlastAudit = {
  state: string;
  completed: boolean;
  audience: number;
  states: Readonly<Record<string, number>>;
  reasons: Readonly<Record<string, number>>;
  mails: number;
  duplicates: number;
  missing: number;
  problems: string[];
};

type Row = { seq: number; state: string; reason: string; attempt: number; step: number; kinds: string[] };

const ends = new Set(["accepted", "skipped", "rejected", "held"]);

/** Looks at a blast that has ended, or should have. */
export async function auditBlast(
  o: { database: Database; sandboxUrl: string },
  blastId: string,
): Promise<BlastAudit> {
  const problems: string[] = [];
  const must = (holds: boolean, otherwise: string) => void (holds || problems.push(otherwise));
  const { blast, rows, counters, counted, booked, leftovers } = await o.database.asSystem((tx) => readAll(tx, blastId));
  const states = countBy(rows.map(({ state }) => state));
  const reasons = countBy(rows.filter(({ reason, state }) => reason !== "" && (state === "skipped" || state === "rejected")).map(({ reason }) => reason));
  const n = (state: string) => states[state] ?? 0;

  // I1
  must(blast.completed_at !== null, `it has not ended: ${blast.state}`);
  must(blast.audience_size === rows.length, `audience_size is ${blast.audience_size}, and there are ${rows.length} rows`);
  for (const { seq, state } of rows) must(ends.has(state), `delivery ${seq} is ${state}`);
  for (const name of ["accepted", "skipped", "rejected", "held"] as const)
    must(counters[name] === n(name), `${name} counts ${counters[name]}, and ${n(name)} rows are`);
  must(counters.retrying === 0 && counters.in_doubt === 0, `retrying ${counters.retrying}, in doubt ${counters.in_doubt} are left over`);
  for (const reason of new Set([...Object.keys(reasons), ...Object.keys(counted)]))
    must((reasons[reason] ?? 0) === (counted[reason] ?? 0), `${reason} counts ${counted[reason] ?? 0}, and ${reasons[reason] ?? 0} rows have it`);
  must(leftovers === 0, `${leftovers} claims, wake-ups or doubts are left over`);
  // I4, for this blast
  must(booked.settle === n("accepted"), `${booked.settle} credits are settled, and ${n("accepted")} deliveries are accepted`);
  must(booked.reserved === n("held"), `${booked.reserved} credits are still reserved, and ${n("held")} deliveries are held`);
  must(booked.amount === -n("accepted") - n("held"), `the balance moved by ${booked.amount}`);
  // I5
  for (const { seq, step, state, kinds } of rows) {
    must(kinds.length === step, `delivery ${seq} has ${step} transitions and ${kinds.length} activities`);
    must(step === 0 || kinds.at(-1) === `delivery.${state}`, `the last activity of ${seq} is ${kinds.at(-1)}, and it is ${state}`);
  }
  // I2, and the provider's side of I1
  const mails = await compareMails(o.sandboxUrl, blastId, rows, problems);
  return { state: blast.state, completed: blast.completed_at !== null, audience: rows.length, states, reasons, ...mails, problems };
} // prettier-ignore

/** I4 for an agency: the balance is the ledger's sum and not negative; reserved is what can still settle or release. */
export async function auditCredits(database: Database, agencyId: string): Promise<string[]> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ balance: number; amounts: number; reserved: number; open: number }>`
      SELECT c.balance, (SELECT coalesce(sum(amount), 0)::bigint FROM ledger l WHERE l.agency_id = c.agency_id) AS amounts,
        (SELECT coalesce(sum(reserved), 0)::bigint FROM ledger l WHERE l.agency_id = c.agency_id) AS reserved,
        (SELECT count(*) FROM deliveries d JOIN blasts b ON b.id = d.blast_id WHERE d.agency_id = c.agency_id
          AND b.started_at IS NOT NULL AND d.state NOT IN ('accepted', 'skipped', 'rejected')) AS open
      FROM credits c WHERE c.agency_id = ${agencyId}`.execute(tx),
  );
  const { balance, amounts, reserved, open } = rows[0]!;
  const problems: string[] = [];
  if (balance < 0) problems.push(`the balance is ${balance}`);
  if (balance !== amounts) problems.push(`the balance is ${balance}, and the ledger sums up to ${amounts}`);
  if (reserved !== open) problems.push(`${reserved} are reserved, and ${open} deliveries are open`);
  return problems;
}

async function readAll(tx: Parameters<Parameters<Database["asSystem"]>[0]>[0], blastId: string) {
  const blast = await tx.selectFrom("blasts").select(["state", "audience_size", "completed_at"]).where("id", "=", blastId).executeTakeFirstOrThrow();
  const { rows } = await sql<Row>`
    SELECT d.seq, d.state, d.reason, d.attempt, d.step,
      array(SELECT a.kind FROM activities a WHERE a.source_id = d.blast_id AND a.seq = d.seq AND a.step < 1000 ORDER BY a.step) AS kinds
    FROM deliveries d WHERE d.blast_id = ${blastId} ORDER BY d.seq`.execute(tx);
  const progress = await sql<{ accepted: number; skipped: number; rejected: number; held: number; retrying: number; in_doubt: number }>`
    SELECT coalesce(sum(accepted), 0)::int AS accepted, coalesce(sum(skipped), 0)::int AS skipped, coalesce(sum(rejected), 0)::int AS rejected,
      coalesce(sum(held), 0)::int AS held, coalesce(sum(retrying), 0)::int AS retrying, coalesce(sum(in_doubt), 0)::int AS in_doubt
    FROM blast_progress WHERE blast_id = ${blastId}`.execute(tx);
  const reasons = await sql<{ reason: string; count: number }>`
    SELECT reason, sum(count)::int AS count FROM blast_reasons WHERE blast_id = ${blastId} GROUP BY reason`.execute(tx);
  const ledger = await sql<{ settle: number; reserved: number; amount: number }>`
    SELECT coalesce(sum(-reserved) FILTER (WHERE kind = 'settle'), 0)::int AS settle, coalesce(sum(reserved), 0)::int AS reserved,
      coalesce(sum(amount), 0)::int AS amount FROM ledger WHERE blast_id = ${blastId}`.execute(tx);
  const left = await sql<{ count: number }>`
    SELECT (SELECT count(*) FROM claims WHERE blast_id = ${blastId}) + (SELECT count(*) FROM wakeups WHERE blast_id = ${blastId})
      + (SELECT count(*) FROM doubts WHERE blast_id = ${blastId}) AS count`.execute(tx);
  return {
    blast, rows, counters: progress.rows[0]!,
    counted: Object.fromEntries(reasons.rows.filter(({ count }) => count !== 0).map(({ reason, count }) => [reason, count])) as Record<string, number>,
    booked: ledger.rows[0]!, leftovers: left.rows[0]!.count,
  };
} // prettier-ignore

async function compareMails(sandboxUrl: string, blastId: string, rows: Row[], problems: string[]) {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const times = new Map<number, number>();
  let mails = 0;
  for await (const { rid } of sandboxMails(sandboxUrl, blastId)) {
    mails += 1;
    const try_ = parseRid(rid);
    const row = bySeq.get(try_?.seq ?? 0);
    if (try_ === undefined || row === undefined) {
      problems.push(`a mail belongs to no delivery: ${rid}`);
      continue;
    }
    times.set(try_.seq, (times.get(try_.seq) ?? 0) + 1);
    // I7: nothing leaves under an attempt that the row has not seen.
    if (try_.attempt > row.attempt) problems.push(`mail ${rid} is ahead of its row's attempt ${row.attempt}`);
  }
  let duplicates = 0;
  let missing = 0;
  for (const { seq, state } of rows) {
    const count = times.get(seq) ?? 0;
    if (count > 1) {
      duplicates += count - 1;
      problems.push(`delivery ${seq} reached the provider ${count} times`);
    }
    if (count > 0 && state !== "accepted")
      problems.push(`delivery ${seq} is ${state}, and the provider has it`);
    if (count === 0 && state === "accepted") {
      missing += 1;
      problems.push(`delivery ${seq} is accepted, and the provider does not have it`);
    }
  }
  return { mails, duplicates, missing };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
