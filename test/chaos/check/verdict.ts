// Compares, after a round, what the driver asked with what the provider recorded, and the rows with both.
import type { Book, BookedBlast } from "../load/book.ts";
import { audienceOf, optOutKey } from "../load/book.ts";
import type { Reader } from "./database.ts";
import { duplicates, optOutViolations, type Mails } from "./mails.ts";
import { createProblems, type Problem } from "./problems.ts";
import {
  ledgerDrift, readBlasts, readDeliveries, repeatedSchedules, wrongActivities, wrongCounters,
  type BlastRow, type DeliveryRow,
} from "./rows.ts"; // prettier-ignore

export type Verdict = {
  lost: number;
  duplicates: number;
  optOutViolations: number;
  ledgerDrift: number;
  wrongActivities: number;
  wrongCounters: number;
  held: number;
  /** Every violation, those included, with the deliveries concerned. */
  problems: Problem[];
};

/** Checks everything about the blasts of one round, and what must hold over the whole run. */
export async function judge(book: Book, mails: Mails, reader: Reader, round: number): Promise<Verdict> {
  const problems = createProblems();
  const twice = duplicates(mails);
  for (const id of twice) problems.add("duplicate: accepted more than once", id);
  const against = optOutViolations(mails, book);
  for (const id of against) problems.add("accepted after an opt-out was acknowledged", id);
  const drift = await ledgerDrift(reader);
  for (const { what } of drift) problems.add("ledger drift", what);
  const counters = await wrongCounters(reader);
  for (const { what } of counters) problems.add("counters are not the rows", what);
  const activities = await wrongActivities(reader);
  for (const { what } of activities) problems.add("activities are not the transitions", what);
  for (const { what } of await repeatedSchedules(reader))
    problems.add("a schedule fired more than once", what);

  const blasts = new Map((await readBlasts(reader)).map((blast) => [blast.id, blast]));
  const ofRound = book.blasts.filter((blast) => blast.round === round);
  attachScheduled(ofRound, blasts, problems.add);
  const ids = ofRound.flatMap((blast) => [...blast.ids]);
  const byBlast = Map.groupBy(await readDeliveries(reader, ids), (row) => row.blast_id);
  let lost = 0;
  let held = 0;
  for (const blast of ofRound) {
    if (blast.ids.size !== 1)
      problems.add("not one blast for one key", `${blast.key}: ${[...blast.ids].join(", ") || "none"}`);
    for (const id of blast.ids) {
      const result = compare(blast, id, blasts.get(id), byBlast.get(id) ?? [], mails, book, problems.add);
      lost += result.lost;
      held += result.held;
    }
  }
  strangers(book, blasts, problems.add);
  overdrawn(book, mails, problems.add);
  return {
    lost,
    duplicates: twice.length,
    optOutViolations: against.length,
    ledgerDrift: drift.length,
    wrongActivities: activities.length,
    wrongCounters: counters.length,
    held,
    problems: problems.list(),
  };
}

type Add = (kind: string, example: string) => void;

/** Nobody answered the id of a scheduled blast to the driver: it is the one with the schedule's id. */
function attachScheduled(
  booked: readonly BookedBlast[],
  blasts: ReadonlyMap<string, BlastRow>,
  add: Add,
): void {
  const bySchedule = Map.groupBy(blasts.values(), (blast) => blast.schedule_id);
  for (const blast of booked) {
    if (blast.scheduleId === undefined) continue;
    const fired = bySchedule.get(blast.scheduleId) ?? [];
    for (const { id } of fired) blast.ids.add(id);
    if (fired.length === 0) add("a schedule did not fire", blast.scheduleId);
  }
}

function compare(
  booked: BookedBlast,
  blastId: string,
  blast: BlastRow | undefined,
  rows: readonly DeliveryRow[],
  mails: Mails,
  book: Book,
  add: Add,
): { lost: number; held: number } {
  let lost = 0;
  let held = 0;
  const miss = (kind: string, example: string) => {
    lost += 1;
    add(kind, example);
  };
  if (blast === undefined) {
    miss("lost: an answered blast has no row", blastId);
    return { lost, held };
  }
  const refused = blast.state === "refused";
  if (refused && booked.what !== "credit")
    miss("lost: a blast was refused", `${blastId}: ${blast.refusal_reason}`);
  if (refused && blast.refusal_reason !== "insufficient_credit") add("refused for a wrong reason", blastId);
  // One that was cancelled before its audience was frozen has no rows, or the first ones.
  const unfrozen = blast.state === "cancelled" && booked.cancelled && blast.started_at === null;
  const audience = new Map(audienceOf(booked).map((customer) => [customer.id, customer.email]));
  if (rows.length !== audience.size && !unfrozen)
    add("rows are not the audience", `${blastId}: ${rows.length} of ${audience.size}`);
  const seen = new Set<string>();
  for (const row of rows) {
    const id = `${row.blast_id}.${row.seq}`;
    const email = audience.get(row.customer_id);
    if (email === undefined || seen.has(row.customer_id)) add("a row is for somebody else, or twice", id);
    seen.add(row.customer_id);
    const accepted = mails.byDelivery.get(id) ?? [];
    if (accepted.some(({ recipient }) => recipient.toLowerCase() !== email?.toLowerCase()))
      add("a mail went to another address than its customer's", id);
    if (row.state === "accepted") {
      if (accepted.length === 0) miss("lost: a row says accepted and the provider has no mail", id);
    } else if (accepted.length > 0)
      add("the provider has a mail and the row does not say so", `${id} is ${row.state}`);
    else if (row.state === "held") held += 1;
    else if (row.state !== "skipped")
      miss("lost: neither sent nor decided", `${id} is ${row.state} ${row.reason}`);
    else if (!justified(row, email ?? "", booked, refused, book))
      miss("lost: skipped for a reason that does not hold", `${id} ${row.reason}`);
  }
  for (const [customerId] of audience)
    if (!seen.has(customerId) && !unfrozen)
      miss("lost: a customer of the audience has no row", `${blastId} ${customerId}`);
  return { lost, held };
}

/** Whether a customer was rightly left out, by what the driver did and by what the sandbox does to such addresses. */
function justified(
  row: DeliveryRow,
  email: string,
  booked: BookedBlast,
  refused: boolean,
  book: Book,
): boolean {
  switch (row.reason) {
    case "opted_out":
      return book.optOuts.has(optOutKey(booked.agency.id, email)) || email.startsWith("unsubscribe");
    case "bounced":
      return email.startsWith("bounce");
    case "complained":
      return email.startsWith("complain");
    case "cancelled":
      return booked.cancelled;
    case "no_credit":
      return refused;
    default:
      return false;
  }
}

/** I8: no blast that nobody asked for. */
function strangers(book: Book, blasts: ReadonlyMap<string, BlastRow>, add: Add): void {
  const known = new Set(book.blasts.flatMap((blast) => [...blast.ids]));
  for (const { id, schedule_id: scheduleId } of blasts.values())
    if (!known.has(id))
      add("a blast that nobody asked for", `${id}${scheduleId === null ? "" : ` of schedule ${scheduleId}`}`);
}

/** What an agency sent is covered by what it was given, by the provider's own count. */
function overdrawn(book: Book, mails: Mails, add: Add): void {
  const poor = book.blasts.find(({ what }) => what === "credit")?.agency;
  if (poor === undefined) return;
  let sent = 0;
  for (const accepted of mails.byDelivery.values())
    if (accepted[0]?.domain === poor.domain) sent += accepted.length;
  if (sent > poor.credits) add("more was sent than was paid for", `${poor.name}: ${sent} of ${poor.credits}`);
}
