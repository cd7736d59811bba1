import { sql, type RawBuilder } from "kysely";
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
export async function reserve(tx: Tx, { agencyId, blastId }: Booking, count: number): Promise<boolean> {
  if (count === 0) return true;
  const { rows } = await sql<{ paid: boolean }>`
    /* prepared reserve */ WITH wanted AS MATERIALIZED (SELECT ${blastId}::uuid AS blast_id, ${count}::bigint AS count),
    ${reservation(agencyId)} SELECT EXISTS (SELECT FROM paid) AS paid`.execute(tx);
  return rows[0]?.paid === true;
}

/**
 * The same for all of the rows (blast_id, count) that a CTE `wanted` of an agency has, as CTEs of its statement: all of them, or none. `paid` then
 * has a row if the balance was enough, and none if it was not or nothing is wanted. The connection's row of what is reserved, which the ledger's
 * trigger will change, is locked before the balance: a batch that settles some and releases others takes them in this order too, and two
 * transactions that took them crosswise would die of each other.
 */
export function reservation(agencyId: string): RawBuilder<unknown> {
  return sql`asked AS MATERIALIZED (
      SELECT sum(count)::bigint AS count FROM wanted HAVING sum(count) > 0
    ), held AS (
      INSERT INTO credits_reserved AS c (agency_id, shard, reserved) SELECT ${agencyId}::uuid, pg_backend_pid() % 16, 0 FROM asked
      ON CONFLICT (agency_id, shard) DO UPDATE SET reserved = c.reserved RETURNING agency_id
    ), paid AS (
      UPDATE credits c SET balance = c.balance - asked.count FROM asked, held
      WHERE c.agency_id = ${agencyId}::uuid AND c.balance >= asked.count RETURNING c.agency_id
    ), booked AS (
      INSERT INTO ledger (agency_id, blast_id, kind, amount, reserved)
      SELECT paid.agency_id, w.blast_id, 'reserve', -w.count, w.count FROM paid, wanted w WHERE w.count > 0
    )`;
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

async function write(tx: Tx, booking: Booking, kind: "settle" | "release", amount: number, reserved: number) {
  await tx
    .insertInto("ledger")
    .values({ agency_id: booking.agencyId, blast_id: booking.blastId, kind, amount, reserved })
    .execute();
}
