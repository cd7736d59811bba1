// blasts/{freeze-page,start,skip-remaining,complete}.ts, in memory.
import { skipReason } from "#core/domain/delivery/decide.ts";
import type { CompletedBlast } from "#core/adapters/postgres/blasts/complete.ts";
import type { FreezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import type { StoppedBlast } from "#core/adapters/postgres/blasts/skip-remaining.ts";
import { NotOrdinaryError, type StartedSmall } from "#core/adapters/postgres/blasts/start-small.ts";
import type { Account, Started } from "#core/adapters/postgres/blasts/start.ts";
import { addProgress, logActivity, releaseReserved, reserve } from "./book.ts";
import { blastOf, ConstraintError, sumOf, type Blast, type Customer, type MemoryDatabase } from "./tables.ts";

// No history has that many customers.
const maxFrozen = 200;

export function freezePage(db: MemoryDatabase, agencyId: string, blastId: string): FreezePage {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined) throw new Error("no result");
  if (blast.state !== "accepted" && blast.state !== "freezing")
    return { kind: "stopped", state: blast.state };
  if (blast.deliveries.length > maxFrozen) throw new ConstraintError(`freezing ${blastId} does not end`);
  const page = membersOf(db, blast)
    .filter(({ id }) => blast.freezeCursor === null || id > blast.freezeCursor)
    .slice(0, db.pageRows);
  const judged = judgePage(db, blast, page);
  const reasons: Record<string, number> = {};
  let eligible = 0;
  for (const { customer, reason } of judged) {
    const seq = blast.deliveries.length + 1;
    const skipped = reason !== undefined;
    blast.deliveries.push({
      seq, customerId: customer.id, address: customer.email, addressKey: skipped ? null : customer.addressKey,
      state: skipped ? "skipped" : "pending", reason: reason ?? "", attempt: 0, step: skipped ? 1 : 0, claimedAtMs: null,
      providerMessageId: null,
    }); // prettier-ignore
    if (skipped) {
      logActivity(db, blastId, seq, 1, "delivery.skipped");
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    } else eligible += 1;
  }
  blast.state = "freezing";
  if (db.switches.moveCursor) blast.freezeCursor = page.at(-1)?.id ?? blast.freezeCursor;
  blast.audienceSize += page.length;
  blast.eligible += eligible;
  if (page.length > eligible) addProgress(db, blast, { skipped: page.length - eligible }, reasons);
  return { kind: page.length < db.pageRows ? "last" : "more", frozen: page.length };
}

/** Customers of the audience by id, without those that were deleted. */
export function membersOf(
  db: MemoryDatabase,
  { agencyId, audience }: Pick<Blast, "agencyId" | "audience">,
): Customer[] {
  const ids = audience.listId === undefined ? audience.customers?.ids : db.lists.get(audience.listId);
  const found = audience.filter === undefined ? new Set(ids ?? []) : undefined;
  return [...db.customers.values()]
    .filter(
      (c) => c.agencyId === agencyId && c.status !== "deleted" && (found === undefined || found.has(c.id)),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function judgePage(
  db: MemoryDatabase,
  blast: Blast,
  page: Customer[],
): { customer: Customer; reason: string | undefined }[] {
  const agency = db.agencies.get(blast.agencyId)!;
  const taken = new Set(blast.deliveries.map(({ addressKey }) => addressKey));
  return page.map((customer) => {
    const key = `${agency.id}:${customer.addressKey}`;
    const verdict = db.verdicts.get(key);
    const known =
      agency.verifyAddresses && verdict !== undefined && verdict.expiresAtMs > db.nowMs()
        ? verdict.result
        : undefined;
    const facts = {
      customerStatus: customer.status,
      suppressions: [...(db.suppressions.get(key) ?? [])],
      verdict: known,
    };
    let reason: string | undefined = skipReason(facts, agency.unknownAddressPolicy);
    if (reason === undefined && taken.has(customer.addressKey)) reason = "duplicate_address";
    if (reason === undefined) taken.add(customer.addressKey);
    return { customer, reason };
  });
}

export function checkAccount(db: MemoryDatabase, agencyId: string, userId: string | null): Account {
  const agency = db.agencies.get(agencyId);
  if (agency === undefined) return "agency_unknown";
  if (agency.standing !== "good") return "agency_suspended";
  const user = userId === null ? undefined : db.users.get(userId);
  if (userId !== null && (user?.agencyId !== agencyId || !user.active)) return "user_inactive";
  return "ok";
}

export function startBlast(db: MemoryDatabase, agencyId: string, blastId: string): Started {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined) throw new Error("no result");
  if (blast.state !== "freezing" && blast.state !== "accepted")
    return { kind: "stopped", state: blast.state };
  if (blast.audienceSize === 0) {
    refuseBlast(db, agencyId, blastId, "empty_audience");
    return { kind: "refused", reason: "empty_audience", audience: 0 };
  }
  if (!reserve(db, blast, blast.eligible)) {
    refuseBlast(db, agencyId, blastId, "insufficient_credit");
    return { kind: "refused", reason: "insufficient_credit", audience: blast.audienceSize };
  }
  blast.state = "sending";
  blast.startedAtMs = db.nowMs();
  db.poke("feeder", db.nowMs());
  return { kind: "started", audience: blast.audienceSize, eligible: blast.eligible };
}

/** blasts/start-small.ts. All of the histories' audiences are small, so half a page is what goes page by page here. */
export function startSmallBlasts(
  db: MemoryDatabase,
  agencyId: string,
  orders: readonly { blastId: string; userId: string | null }[],
): StartedSmall[] {
  const ordinary = orders.flatMap(({ blastId, userId }) => {
    const blast = blastOf(db, agencyId, blastId);
    const few = blast === undefined ? 0 : namedOf(db, blast);
    const fits = few > 0 && few <= db.pageRows / 2 && checkAccount(db, agencyId, userId) === "ok";
    return fits && blast?.state === "accepted" && membersOf(db, blast).length > 0 ? [blast] : [];
  });
  // All or none: what a transaction that rolls back would have written is never written.
  const judged = ordinary.map((blast) => judgePage(db, blast, membersOf(db, blast)));
  const wanted = judged.flat().filter(({ reason }) => reason === undefined).length;
  if (db.switches.checkBalance && wanted > db.agencies.get(agencyId)!.balance)
    throw new NotOrdinaryError("not enough credit");
  return ordinary.map((blast) => {
    freezePage(db, agencyId, blast.id);
    startBlast(db, agencyId, blast.id);
    const { id: blastId, audienceSize: audience, eligible } = blast;
    return { blastId, audience, eligible, ...(eligible === 0 ? { ended: complete(db, blast) } : {}) };
  });
}

function namedOf(db: MemoryDatabase, { audience }: Blast): number {
  if (audience.listId !== undefined) return db.lists.get(audience.listId)?.length ?? 0;
  return audience.filter === undefined ? (audience.customers?.ids ?? []).length : 0;
}

export function refuseBlast(db: MemoryDatabase, agencyId: string, blastId: string, reason: string): boolean {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined || (blast.state !== "accepted" && blast.state !== "freezing")) return false;
  blast.state = "refused";
  blast.refusalReason = reason;
  db.poke("feeder", db.nowMs());
  return true;
}

export function stoppedBlasts(db: MemoryDatabase, limit: number): StoppedBlast[] {
  return [...db.blasts.values()]
    .filter((b) => (b.state === "cancelled" || b.state === "refused") && b.completedAtMs === null)
    .slice(0, limit)
    .map((b) => ({
      id: b.id, agency_id: b.agencyId, state: b.state as "cancelled", refusal_reason: b.refusalReason,
      audience_size: b.audienceSize, started_at: b.startedAtMs === null ? null : new Date(b.startedAtMs),
    })); // prettier-ignore
}

export function skipRemaining(
  db: MemoryDatabase,
  stopped: StoppedBlast,
  reason: string,
  after: number,
): number | undefined {
  const blast = blastOf(db, stopped.agency_id, stopped.id)!;
  const last = after + db.pageRows;
  const picked = blast.deliveries.filter(
    (d) => d.seq > after && d.seq <= last && (d.state === "pending" || d.state === "retry"),
  );
  let retrying = 0;
  for (const delivery of picked) {
    if (db.wakeups.delete(`${blast.id}/${delivery.seq}`)) retrying += 1;
    delivery.state = "skipped";
    delivery.reason = reason;
    delivery.step += 1;
    if (db.switches.logSkips) logActivity(db, blast.id, delivery.seq, delivery.step, "delivery.skipped");
  }
  if (picked.length > 0) {
    addProgress(db, blast, { skipped: picked.length, retrying: -retrying }, { [reason]: picked.length });
    if (stopped.started_at !== null) releaseReserved(db, blast, picked.length);
  }
  return last < stopped.audience_size ? last : undefined;
}

export function completeBlasts(db: MemoryDatabase, limit: number): CompletedBlast[] {
  const ended = [...db.blasts.values()]
    .filter(
      (b) =>
        b.completedAtMs === null &&
        (b.state === "sending" || b.state === "cancelled" || b.state === "refused"),
    )
    .filter((b) => sumOf(b.progress) === b.audienceSize)
    .slice(0, limit);
  return ended.map((blast) => complete(db, blast));
}

function complete(db: MemoryDatabase, blast: Blast): CompletedBlast {
  blast.completedAtMs = db.nowMs();
  if (blast.state === "sending") blast.state = "completed";
  const { accepted, skipped, rejected, held } = blast.progress;
  return {
    agency_id: blast.agencyId, id: blast.id, state: blast.state, reopened: blast.reopened, refusal_reason: blast.refusalReason, audience_size: blast.audienceSize,
    accepted, skipped, rejected, held, completed_at: new Date(blast.completedAtMs),
  }; // prettier-ignore
}
