import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeliveryStateText } from "../schema.ts";
import { deliveryColumns, type DeliveryRecord } from "./delivery-record.ts";

/** Which deliveries of a blast, and how far. */
export interface DeliveryQuery {
  agencyId: string;
  blastId: string;
  state?: DeliveryStateText | undefined;
  /** Of the pending ones, only those on the queue, or only those that are not. */
  queued?: boolean | undefined;
  reason?: string | undefined;
  afterSeq: number;
  limit: number;
}

// No index names a state, so a filter reads rows one by one: this many take about 0.1 s.
const maxScannedRows = 100_000;

/**
 * Deliveries of a blast in order of their sequence. A filter looks at a bounded number of rows; when it stops at the bound,
 * `scannedTo` says where, and there may be more after it.
 */
export async function listDeliveries(
  tx: Tx,
  query: DeliveryQuery,
): Promise<{ rows: DeliveryRecord[]; scannedTo: number | undefined }> {
  const { agencyId, blastId, state, queued, reason, afterSeq, limit } = query;
  const lastSeq = afterSeq + maxScannedRows;
  const { rows } = await sql<DeliveryRecord>`
    SELECT ${deliveryColumns}
    FROM (
      SELECT d.* FROM deliveries d JOIN blasts b ON b.id = d.blast_id
      WHERE d.blast_id = ${blastId} AND d.agency_id = ${agencyId} AND d.seq > ${afterSeq} AND d.seq <= ${lastSeq}
        ${state === undefined ? sql`` : sql`AND d.state = ${state}`}
        ${queued === undefined ? sql`` : sql`AND (d.seq <= b.released_seq) = ${queued}`}
        ${reason === undefined ? sql`` : sql`AND d.reason = ${reason}`}
      ORDER BY d.seq LIMIT ${limit}
    ) d
    JOIN blasts b ON b.id = d.blast_id
    LEFT JOIN customers c ON c.id = d.customer_id
    ORDER BY d.seq`.execute(tx);
  if (rows.length === limit) return { rows, scannedTo: undefined };
  const { rows: more } = await sql`
    SELECT FROM deliveries WHERE blast_id = ${blastId} AND agency_id = ${agencyId} AND seq > ${lastSeq} LIMIT 1`.execute(
    tx,
  );
  return { rows, scannedTo: more.length > 0 ? lastSeq : undefined };
}
