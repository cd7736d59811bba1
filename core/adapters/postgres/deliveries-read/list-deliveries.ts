import { sql, type RawBuilder } from "kysely";
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

// Where no index has the filter, rows are read one by one: this many take some 20 ms.
const maxScannedRows = 20_000;
// A delivery is held for want of evidence, and for nothing else.
const heldReasons = ["absent_at_provider"];

/**
 * Deliveries of a blast in order of their sequence. No index names a state, for every transition would have to write it; what is rare is
 * found by what stands beside it: its reason, or its row in a small table. A filter without such help looks at a bounded number of rows;
 * when it stops at the bound, `scannedTo` says where, and there may be more after it.
 */
export async function listDeliveries(
  tx: Tx,
  query: DeliveryQuery,
): Promise<{ rows: DeliveryRecord[]; scannedTo: number | undefined }> {
  const { agencyId, blastId, afterSeq, limit } = query;
  const lastSeq = scans(query) ? afterSeq + maxScannedRows : undefined;
  const { rows } = await sql<DeliveryRecord>`
    SELECT ${deliveryColumns}
    FROM (SELECT d.* FROM ${sourceOf(query, lastSeq)} ORDER BY d.seq LIMIT ${limit}) d
    JOIN blasts b ON b.id = d.blast_id
    LEFT JOIN customers c ON c.id = d.customer_id
    ORDER BY d.seq`.execute(tx);
  if (rows.length === limit || lastSeq === undefined) return { rows, scannedTo: undefined };
  const { rows: more } = await sql`
    SELECT FROM deliveries WHERE blast_id = ${blastId} AND agency_id = ${agencyId} AND seq > ${lastSeq} LIMIT 1`.execute(
    tx,
  );
  return { rows, scannedTo: more.length > 0 ? lastSeq : undefined };
}

/** Whether the filter has no help from an index. A reason has; within it a state has not. */
function scans({ state, reason }: DeliveryQuery): boolean {
  return state === "pending" || state === "accepted" || (state !== undefined && reason !== undefined);
}

/** SQL behind FROM that yields the deliveries `d` of the query, up to and including its conditions. */
function sourceOf(query: DeliveryQuery, lastSeq: number | undefined): RawBuilder<unknown> {
  const { blastId, state, reason, limit } = query;
  const where = conditionsOf(query, lastSeq);
  if (reason !== undefined)
    return sql`deliveries d WHERE ${where} AND d.reason = ${reason} AND d.reason <> ''`;
  switch (state) {
    case "in_doubt":
      return sql`doubts x JOIN deliveries d ON d.blast_id = x.blast_id AND d.seq = x.seq WHERE x.blast_id = ${blastId} AND ${where}`;
    case "retry":
      return sql`wakeups x JOIN deliveries d ON d.blast_id = x.blast_id AND d.seq = x.seq WHERE x.blast_id = ${blastId} AND ${where}`;
    case "sending":
      return sql`(SELECT DISTINCT unnest(seqs) AS seq FROM claims WHERE blast_id = ${blastId}) x
        JOIN deliveries d ON d.blast_id = ${blastId} AND d.seq = x.seq WHERE ${where}`;
    case "skipped":
    case "rejected":
      return ofReasons(
        sql`(SELECT reason FROM blast_reasons WHERE blast_id = ${blastId} GROUP BY 1 HAVING sum(count) > 0)`,
        where,
        limit,
      );
    case "held":
      return ofReasons(sql`(SELECT unnest(${heldReasons}::text[]) AS reason)`, where, limit);
    case "pending":
    case "accepted":
    case undefined:
      return sql`deliveries d JOIN blasts b ON b.id = d.blast_id WHERE ${where} ${releasedOrNot(query)}`;
  }
}

/** For each reason the first ones by the index of reasons; together they hold the first ones of all. */
function ofReasons(reasons: RawBuilder<unknown>, where: RawBuilder<unknown>, limit: number) {
  return sql`${reasons} r CROSS JOIN LATERAL (
      SELECT d.* FROM deliveries d WHERE ${where} AND d.reason = r.reason AND d.reason <> '' ORDER BY d.seq LIMIT ${limit}
    ) d WHERE true`;
}

function conditionsOf(query: DeliveryQuery, lastSeq: number | undefined): RawBuilder<unknown> {
  const { agencyId, blastId, state, afterSeq } = query;
  return sql`d.blast_id = ${blastId} AND d.agency_id = ${agencyId} AND d.seq > ${afterSeq}
    ${lastSeq === undefined ? sql`` : sql`AND d.seq <= ${lastSeq}`}
    ${state === undefined ? sql`` : sql`AND d.state = ${state}`}`;
}

/** Pending on this side of the release mark reads queued. SQL behind WHERE, with aliases `d` and `b`. */
export function releasedOrNot({ queued }: Pick<DeliveryQuery, "queued">): RawBuilder<unknown> {
  return queued === undefined ? sql`` : sql`AND (d.seq <= b.released_seq) = ${queued}`;
}
