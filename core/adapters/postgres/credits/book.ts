import { sql } from "kysely";
import type { Tx } from "../database.ts";

/*
 * The ledger has two columns of change: `amount` for the balance, `reserved` for what is promised to deliveries that are not
 * terminal. Reserving moves n from the first to the second; settling takes n out of the second (it is spent); releasing gives
 * n back. So balance = Σ amount, and Σ reserved = deliveries that can still settle or release.
 */

interface Booking {
  agencyId: string;
  blastId: string;
}

/** Reserves `count` credits, all or none. Answers false when the balance is too small; then nothing was booked. */
export async function reserve(tx: Tx, booking: Booking, count: number): Promise<boolean> {
  if (count === 0) return true;
  const { numAffectedRows } = await sql`
    UPDATE credits SET balance = balance - ${count} WHERE agency_id = ${booking.agencyId} AND balance >= ${count}`.execute(
    tx,
  );
  if (numAffectedRows !== 1n) return false;
  await write(tx, booking, "reserve", -count, count);
  return true;
}

/** `count` deliveries were accepted: their reservation is spent. Touches no balance, so parallel batches do not wait for it. */
export async function settleReserved(tx: Tx, booking: Booking, count: number): Promise<void> {
  if (count > 0) await write(tx, booking, "settle", 0, -count);
}

/** `count` deliveries will not be sent: their reservation returns to the balance. */
export async function releaseReserved(tx: Tx, booking: Booking, count: number): Promise<void> {
  if (count === 0) return;
  await sql`UPDATE credits SET balance = balance + ${count} WHERE agency_id = ${booking.agencyId}`.execute(
    tx,
  );
  await write(tx, booking, "release", count, -count);
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
