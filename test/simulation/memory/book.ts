// credits/book.ts, blasts/progress.ts, outbox/announce.ts and idempotency/remember.ts, in memory.
import type { ProgressDelta } from "#core/adapters/postgres/blasts/progress.ts";
import { KeyReusedError } from "#core/adapters/postgres/idempotency/remember.ts";
import type { OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import { insert, type Blast, type Counters, type MemoryDatabase } from "./tables.ts";

export function reserve(db: MemoryDatabase, blast: Blast, count: number): boolean {
  if (count === 0) return true;
  const agency = db.agencies.get(blast.agencyId)!;
  if (db.switches.checkBalance && agency.balance < count) return false;
  agency.balance -= count;
  write(db, blast, "reserve", -count, count);
  return true;
}

export function settleReserved(db: MemoryDatabase, blast: Blast, count: number): void {
  if (count > 0) write(db, blast, "settle", 0, -count);
}

export function releaseReserved(db: MemoryDatabase, blast: Blast, count: number): void {
  if (count === 0) return;
  db.agencies.get(blast.agencyId)!.balance += count;
  write(db, blast, "release", count, -count);
  if (!db.switches.releaseOnce) write(db, blast, "release", count, -count);
}

function write(
  db: MemoryDatabase,
  blast: Blast,
  kind: "reserve" | "settle" | "release",
  amount: number,
  reserved: number,
): void {
  db.ledger.push({ agencyId: blast.agencyId, blastId: blast.id, kind, amount, reserved });
}

export function addProgress(
  db: MemoryDatabase,
  blast: Blast,
  delta: ProgressDelta,
  reasons: Record<string, number> = {},
): void {
  for (const name in delta) blast.progress[name as keyof Counters] += delta[name as keyof ProgressDelta] ?? 0;
  for (const reason in reasons)
    blast.reasons.set(reason, (blast.reasons.get(reason) ?? 0) + reasons[reason]!);
  blast.progressAtMs = db.nowMs();
  db.poke("feeder", db.nowMs());
}

const relayGraceMs = 1_000;

export function announce(db: MemoryDatabase, agencyId: string, message: OutboxMessage): string {
  const id = db.newId();
  db.outbox.set(id, { ...message, id, agencyId, createdAtMs: db.nowMs(), lockedUntilMs: 0 });
  db.poke("relay", db.nowMs() + relayGraceMs);
  return id;
}

export function once(
  db: MemoryDatabase,
  key: { agencyId: string; scope: string; key: string; hash: string },
  create: () => string,
): { result: string; replayed: boolean } {
  const name = `${key.agencyId}/${key.scope}/${key.key}`;
  const known = db.keys.get(name);
  if (known !== undefined && db.switches.rememberKeys) {
    if (known.hash !== key.hash) throw new KeyReusedError(key.scope, key.key);
    return { result: known.result, replayed: true };
  }
  const result = create();
  db.keys.set(name, { hash: key.hash, result });
  return { result, replayed: false };
}

export function logActivity(
  db: MemoryDatabase,
  blastId: string,
  seq: number,
  step: number,
  kind: string,
  attempt = 0,
): void {
  insert(db.activities, "activities", `${blastId}/${seq}/${step}`, {
    blastId,
    seq,
    step,
    kind,
    attempt,
    atMs: db.nowMs(),
  });
}
