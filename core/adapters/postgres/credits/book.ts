import { sql } from "kysely";
import type { Tx } from "../database.ts";

/*
 * The ledger has two columns of change: `amount` for the balance, `reserved` for what is promised to deliveries that are not
 * terminal. Reserving moves n from the first to the second; settling takes n out of the second (it is spent); releasing gives
 * n back. So balance = Σ amount, and Σ reserved = deliveries that can still settle or release. Both sums are kept beside the ledger:
 * the balance here, in `credits`; what is reserved by a trigger, in `credits_reserved`.
 */

interface Booking {
  agencyId: string;
  blastId: string;
}

/** Reserves `count` credits, all or none. Answers false when the balance is too small; then nothing was booked. */
export async function reserve(tx: Tx, booking: Booking, count: number): Promise<boolean> {
  if (count === 0) return true;
  await holdShard(tx, booking.agencyId);
  const { numAffectedRows } = await sql`
    UPDATE credits SET balance = balance - ${count} WHERE agency_id = ${booking.agencyId} AND balance >= ${count}`.execute(
    tx,
  );
  if (numAffectedRows !== 1n) return false;
  await write(tx, booking, "reserve", -count, count);
  return true;
}

/** The same for several blasts of an agency: all of them, or none. */
export async function reserveEach(
  tx: Tx,
  agencyId: string,
  wanted: readonly { blastId: string; count: number }[],
): Promise<boolean> {
  const sum = wanted.reduce((total, { count }) => total + count, 0);
  if (sum === 0) return true;
  await holdShard(tx, agencyId);
  const { numAffectedRows } = await sql`
    UPDATE credits SET balance = balance - ${sum} WHERE agency_id = ${agencyId} AND balance >= ${sum}`.execute(
    tx,
  );
  if (numAffectedRows !== 1n) return false;
  await tx
    .insertInto("ledger")
    .values(
      wanted.map(({ blastId, count }) => ({
        agency_id: agencyId,
        blast_id: blastId,
        kind: "reserve" as const,
        amount: -count,
        reserved: count,
      })),
    )
    .execute();
  return true;
}

/** `count` deliveries were accepted: their reservation is spent. Touches no balance, so parallel batches do not wait for it. */
export async function settleReserved(tx: Tx, booking: Booking, count: number): Promise<void> {
  if (count > 0) await write(tx, booking, "settle", 0, -count);
}

/** `count` deliveries will not be sent: their reservation returns to the balance. */
export async function releaseReserved(tx: Tx, booking: Booking, count: number): Promise<void> {
  if (count === 0) return;
  await write(tx, booking, "release", count, -count);
  await sql`UPDATE credits SET balance = balance + ${count} WHERE agency_id = ${booking.agencyId}`.execute(
    tx,
  );
}

/**
 * Locks this connection's row of what is reserved, which the ledger's trigger will change, before the balance: a batch that settles some and
 * releases others takes them in this order too, and two transactions that took them crosswise would die of each other.
 */
async function holdShard(tx: Tx, agencyId: string): Promise<void> {
  await sql`
    INSERT INTO credits_reserved AS c (agency_id, shard, reserved) VALUES (${agencyId}, pg_backend_pid() % 16, 0)
    ON CONFLICT (agency_id, shard) DO UPDATE SET reserved = c.reserved`.execute(tx);
}

async function write(
  tx: Tx,
  booking: Booking,
  kind: "reserve" | "settle" | "release",
  amount: number,
  reserved: number,
) {
  await tx
    .insertInto("ledger")
    .values({ agency_id: booking.agencyId, blast_id: booking.blastId, kind, amount, reserved })
    .execute();
}
