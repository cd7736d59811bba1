// What the api asks of the database, in memory: blasts/steer.ts, credits-admin/top-up.ts, suppressions/still-sending.ts.
import type { Steered } from "#core/adapters/postgres/blasts/steer.ts";
import { rewindBlasts } from "./feed.ts";
import { blastOf, type MemoryDatabase } from "./tables.ts";

export function cancelBlast(db: MemoryDatabase, agencyId: string, blastId: string): Steered {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined) return { kind: "unknown" };
  if (hasEnded(blast.state)) return { kind: "ended", state: blast.state };
  blast.state = "cancelled";
  db.poke("feeder", db.nowMs());
  const { accepted, rejected, held, in_doubt } = blast.progress;
  let alreadyLeft = accepted + rejected + held + in_doubt;
  for (const claim of db.claims.values()) if (claim.blastId === blastId) alreadyLeft += claim.seqs.length;
  return { kind: "ok", alreadyLeft };
}

export function pauseBlast(db: MemoryDatabase, agencyId: string, blastId: string, paused: boolean): Steered {
  const blast = blastOf(db, agencyId, blastId);
  if (blast === undefined) return { kind: "unknown" };
  if (hasEnded(blast.state)) return { kind: "ended", state: blast.state };
  blast.paused = paused;
  if (!paused) rewindBlasts(db, { blastId });
  db.poke("feeder", db.nowMs());
  db.poke("wake", db.nowMs());
  return { kind: "ok", alreadyLeft: 0 };
}

export function pauseAgency(db: MemoryDatabase, agencyId: string, paused: boolean): void {
  db.agencies.get(agencyId)!.paused = paused;
  if (!paused) rewindBlasts(db, { agencyId });
  db.poke("feeder", db.nowMs());
  db.poke("wake", db.nowMs());
}

function hasEnded(state: string): boolean {
  return state === "completed" || state === "cancelled" || state === "refused";
}

export function stillSending(db: MemoryDatabase, agencyId: string, addressKey: string): string[] {
  const open = [...db.claims.values(), ...db.doubts.values()].filter((row) => row.agencyId === agencyId);
  const blastIds = new Set(open.map(({ blastId }) => blastId));
  return [...blastIds].flatMap((blastId) =>
    db.blasts
      .get(blastId)!
      .deliveries.filter(
        (d) => d.addressKey === addressKey && (d.state === "sending" || d.state === "in_doubt"),
      )
      .map((d) => `${blastId}.${d.seq}`),
  );
}

export function topUp(db: MemoryDatabase, agencyId: string, amount: number): void {
  db.agencies.get(agencyId)!.balance += amount;
  db.ledger.push({ agencyId, blastId: null, kind: "top_up", amount, reserved: 0 });
}
