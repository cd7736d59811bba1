// blasts/{order,accept,accept-direct}.ts, in memory.
import { UnknownReferenceError, type NewBlast } from "#core/adapters/postgres/blasts/accept.ts";
import type { NewDirectSend } from "#core/adapters/postgres/blasts/accept-direct.ts";
import type { Ordered } from "#core/adapters/postgres/blasts/order.ts";
import { addProgress, logActivity, once, reserve } from "./book.ts";
import { ConstraintError, type Blast, type Customer, type MemoryDatabase } from "./tables.ts";

export function orderBlast(db: MemoryDatabase, key: string, order: NewBlast): Ordered {
  const hash = JSON.stringify([
    order.name, order.lane, order.templateId, order.templateVersion, order.customMessage, order.doubtPolicy, order.audience,
  ]); // prettier-ignore
  const { result, replayed } = once(db, { agencyId: order.agencyId, scope: "send_blast", key, hash }, () => {
    const named = order.occurrence === undefined ? (order.audience.customers?.ids ?? []) : [];
    const unknown = named.filter((id) => liveCustomer(db, order.agencyId, id) === undefined);
    if (unknown.length > 0) throw new UnknownReferenceError("customers", [...new Set(unknown)]);
    return acceptBlast(db, order);
  });
  return { blastId: result, replayed };
}

function acceptBlast(db: MemoryDatabase, order: NewBlast): string {
  requireTemplate(db, order.agencyId, order.templateId);
  const { listId } = order.audience;
  if (listId !== undefined && !db.lists.has(listId))
    throw new UnknownReferenceError("customer_list", [listId]);
  const { occurrence } = order;
  if (occurrence !== undefined && db.switches.occurrenceOnce) {
    for (const other of db.blasts.values()) {
      if (other.scheduleId === occurrence.scheduleId && other.occurrence === occurrence.key)
        throw new ConstraintError(`duplicate key in blasts: ${occurrence.scheduleId}, ${occurrence.key}`);
    }
  }
  const blast: Blast = {
    ...emptyBlast(db, order),
    scheduleId: occurrence?.scheduleId ?? null,
    occurrence: occurrence?.key ?? null,
    late: occurrence?.late ?? false,
    doubtPolicy: order.doubtPolicy ?? null,
  };
  const { undoMs } = db.agencies.get(order.agencyId)!;
  if (occurrence === undefined && undoMs > 0) blast.leavesAtMs = db.nowMs() + undoMs;
  db.blasts.set(blast.id, blast);
  db.poke("rebuild", db.nowMs());
  return blast.id;
}

function emptyBlast(db: MemoryDatabase, order: Omit<NewBlast, "occurrence">): Blast {
  const { agencyId, userId = null, name, lane, templateId, templateVersion, customMessage, audience } = order;
  return {
    id: db.newId(), agencyId, userId, name, lane, direct: false, templateId, templateVersion: templateVersion || 1, customMessage, audience,
    state: "accepted", paused: false, refusalReason: "", scheduleId: null, occurrence: null, late: false, doubtPolicy: null, leavesAtMs: null, feedAfterMs: null,
    reopened: 0, freezeCursor: null, audienceSize: 0,
    eligible: 0, releasedSeq: 0, releasedCount: 0, releaseRound: 0, feederUntilMs: null, rebuildAtMs: null, acceptedAtMs: db.nowMs(),
    startedAtMs: null, completedAtMs: null, progress: { accepted: 0, skipped: 0, rejected: 0, retrying: 0, in_doubt: 0, held: 0 },
    progressAtMs: null, reasons: new Map(), deliveries: [],
  }; // prettier-ignore
}

export function orderDirectSend(db: MemoryDatabase, key: string, send: NewDirectSend): Ordered {
  const hash = JSON.stringify([send.customerId, send.templateId, send.templateVersion, send.customMessage]);
  const { result, replayed } = once(
    db,
    { agencyId: send.agencyId, scope: "send_to_customer", key, hash },
    () => acceptDirectSend(db, send),
  );
  return { blastId: result, replayed };
}

function acceptDirectSend(db: MemoryDatabase, send: NewDirectSend): string {
  requireTemplate(db, send.agencyId, send.templateId);
  const customer = liveCustomer(db, send.agencyId, send.customerId);
  if (customer === undefined) throw new UnknownReferenceError("customers", [send.customerId]);
  const audience = { customers: { ids: [customer.id] } };
  const blast: Blast = {
    ...emptyBlast(db, { ...send, name: "Direct send", audience }),
    direct: true, state: "sending", audienceSize: 1, eligible: 1, releasedSeq: 1, releasedCount: 1, startedAtMs: db.nowMs(),
  }; // prettier-ignore
  db.blasts.set(blast.id, blast);
  const paid = reserve(db, blast, 1);
  blast.deliveries.push({
    seq: 1, customerId: customer.id, address: customer.email, addressKey: customer.addressKey, state: paid ? "pending" : "skipped",
    reason: paid ? "" : "no_credit", attempt: 0, step: paid ? 0 : 1, claimedAtMs: null, providerMessageId: null,
  }); // prettier-ignore
  if (!paid) {
    addProgress(db, blast, { skipped: 1 }, { no_credit: 1 });
    logActivity(db, blast.id, 1, 1, "delivery.skipped");
    Object.assign(blast, {
      state: "refused",
      refusalReason: "insufficient_credit",
      completedAtMs: db.nowMs(),
      eligible: 0,
    });
  }
  db.poke("rebuild", db.nowMs());
  return blast.id;
}

function requireTemplate(db: MemoryDatabase, agencyId: string, templateId: string): void {
  if (db.templates.get(templateId) !== agencyId) throw new UnknownReferenceError("template", [templateId]);
}

function liveCustomer(db: MemoryDatabase, agencyId: string, id: string): Customer | undefined {
  const customer = db.customers.get(id);
  return customer?.agencyId === agencyId && customer.status !== "deleted" ? customer : undefined;
}
