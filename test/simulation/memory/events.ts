// provider-events/*, suppressions/suppress.ts and schedules/due.ts, in memory.
import type { Proof, WaitingEvent } from "#core/adapters/postgres/provider-events/apply.ts";
import type { ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import type { DueSchedule } from "#core/adapters/postgres/schedules/due.ts";
import type { NewSuppression } from "#core/adapters/postgres/suppressions/add-suppressions.ts";
import { insert, type MemoryDatabase, type Schedule } from "./tables.ts";

export function receiveEvents(db: MemoryDatabase, events: readonly ReceivedEvent[]): void {
  for (const event of events) {
    const day = new Date(event.atMs).toISOString().slice(0, 10);
    const id = db.switches.eventsOnce ? event.id : `${event.id}#${db.events.size}`;
    if (db.events.has(`${day}/${id}`) || (db.switches.eventsOnce && db.tokens.has(event.token))) continue;
    db.tokens.add(event.token);
    db.events.set(`${day}/${id}`, { ...event, id, day, appliedAtMs: null });
    db.poke("events", db.nowMs());
  }
}

function deliveryOf(db: MemoryDatabase, event: ReceivedEvent) {
  const blast = event.delivery && db.blasts.get(event.delivery.blastId);
  const delivery = blast?.deliveries[event.delivery!.seq - 1];
  return blast === undefined || delivery === undefined ? undefined : { blast, delivery };
}

export function waitingEvents(db: MemoryDatabase, limit: number): WaitingEvent[] {
  return [...db.events.values()]
    .filter((e) => e.appliedAtMs === null && deliveryOf(db, e)?.delivery.state !== "sending")
    .slice(0, limit)
    .map((e) => {
      const named = deliveryOf(db, e);
      return {
        day: e.day, id: e.id, kind: e.kind, reason: e.reason, agency_id: named?.blast.agencyId ?? null,
        address_key: named?.delivery.addressKey ?? null,
      }; // prettier-ignore
    });
}

type EventKey = { day: string; id: string };

export function applyEvents(db: MemoryDatabase, events: readonly EventKey[]): void {
  for (const { day, id } of events) {
    const event = db.events.get(`${day}/${id}`);
    if (event === undefined || event.appliedAtMs !== null) continue;
    const named = deliveryOf(db, event);
    if (named?.delivery.state === "sending") continue;
    event.appliedAtMs = db.nowMs();
    if (named !== undefined && event.kind !== "accepted")
      addFact(db, `${named.blast.id}/${named.delivery.seq}`, event);
  }
}

export function proofsOf(db: MemoryDatabase, events: readonly EventKey[]): Proof[] {
  const proofs = new Map<string, Proof>();
  for (const { day, id } of events) {
    const event = db.events.get(`${day}/${id}`);
    if (event === undefined || event.appliedAtMs !== null) continue;
    const named = deliveryOf(db, event);
    if (named === undefined) continue;
    const { blast, delivery } = named;
    const { attempt } = event.delivery!;
    if (!["in_doubt", "held", "retry"].includes(delivery.state) && attempt === delivery.attempt) continue;
    const key = `${blast.id}/${delivery.seq}/${attempt}`;
    const known = proofs.get(key);
    if (known !== undefined && known.at.getTime() <= event.atMs) continue;
    proofs.set(key, {
      agency_id: blast.agencyId, blast_id: blast.id, seq: delivery.seq, attempt, lane: blast.lane, state: delivery.state,
      current_attempt: delivery.attempt, kind: event.kind, provider_message_id: event.providerMessageId, at: new Date(event.atMs),
    }); // prettier-ignore
  }
  return [...proofs.values()];
}

function addFact(db: MemoryDatabase, key: string, { kind, atMs }: ReceivedEvent): void {
  const facts = db.facts.get(key) ?? { delivered: null, opened: null, opens: 0 };
  const first = (known: number | null) => (known === null ? atMs : Math.min(known, atMs));
  if (kind === "delivered") facts.delivered = first(facts.delivered);
  if (kind === "opened") {
    facts.opened = first(facts.opened);
    facts.opens += 1;
  }
  db.facts.set(key, facts);
}

/** Answers those that are new. */
export function suppress(
  db: MemoryDatabase,
  agencyId: string,
  suppressions: readonly NewSuppression[],
): number {
  let fresh = 0;
  for (const { addressKey, reason } of suppressions) {
    const key = `${agencyId}:${addressKey}`;
    const known = db.suppressions.get(key) ?? new Set();
    if (!known.has(reason)) fresh += 1;
    db.suppressions.set(key, known.add(reason));
  }
  return fresh;
}

export function insertSchedule(db: MemoryDatabase, schedule: Schedule): void {
  insert(db.schedules, "schedules", schedule.id, schedule);
  if (schedule.nextAtMs !== null) db.poke("fire", schedule.nextAtMs);
}

export function takeDueSchedule(db: MemoryDatabase): { row: Schedule; due: DueSchedule } | undefined {
  const nowMs = db.nowMs();
  const row = [...db.schedules.values()]
    .filter(
      (s) =>
        s.nextAtMs !== null &&
        s.nextAtMs <= nowMs &&
        (s.lockedUntilMs <= nowMs || !db.switches.occurrenceOnce),
    )
    .toSorted((a, b) => a.nextAtMs! - b.nextAtMs!)[0];
  if (row === undefined) return undefined;
  const due: DueSchedule = {
    id: row.id, agency_id: row.agencyId, user_id: row.userId, name: "Scheduled", template_id: row.templateId, template_version: 0,
    custom_message: "", audience: row.audience, lane: row.lane, local_start: row.localStart, rrule: row.rrule, time_zone: "UTC",
    missed_policy: row.missedPolicy, next_at: new Date(row.nextAtMs!), next_occurrence: row.nextOccurrence!, now: new Date(nowMs),
  }; // prettier-ignore
  return { row, due };
}

export function advanceSchedule(
  db: MemoryDatabase,
  row: Schedule,
  next: { at: Date; occurrence: string } | null,
  fired: boolean,
): void {
  row.nextAtMs = next?.at.getTime() ?? null;
  row.nextOccurrence = next?.occurrence ?? null;
  row.lockedUntilMs = 0;
  if (fired) row.fired += 1;
  if (row.nextAtMs !== null) db.poke("fire", row.nextAtMs);
}
