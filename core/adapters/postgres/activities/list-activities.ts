import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** One fact about a customer. (at, source, seq, step) is its place in the list. */
export type ActivityRecord = {
  source_id: string;
  seq: number;
  step: number;
  customer_id: string;
  kind: string;
  at: Date;
  /** `at` in microseconds since 1970: what a Date rounds away would make pages overlap. */
  at_us: number;
  data: Record<string, string>;
};

/** Where a page ended. */
export type ActivityCursor = { atUs: number; sourceId: string; seq: number; step: number };

/** Activities of the agency, or of one customer, newest first, behind `after`; at most `limit`. */
export async function listActivities(
  tx: Tx,
  agencyId: string,
  o: { customerId: string | undefined; after: ActivityCursor | undefined; limit: number },
): Promise<ActivityRecord[]> {
  const ofCustomer = o.customerId === undefined ? sql`` : sql`AND customer_id = ${o.customerId}`;
  // The bound on `at` alone is what an index can use; the row comparison settles ties.
  const behind =
    o.after === undefined
      ? sql``
      : sql`AND at <= ${moment(o.after.atUs)}
            AND (at, source_id, seq, step) < (${moment(o.after.atUs)}, ${o.after.sourceId}::uuid, ${o.after.seq}, ${o.after.step})`;
  const { rows } = await sql<ActivityRecord>`
    SELECT source_id, seq, step, customer_id, kind, at, (extract(epoch FROM at) * 1000000)::bigint AS at_us, data
    FROM activities
    WHERE agency_id = ${agencyId} ${ofCustomer} ${behind}
    ORDER BY at DESC, source_id DESC, seq DESC, step DESC
    LIMIT ${o.limit}`.execute(tx);
  return rows;
}

function moment(us: number) {
  return sql`(timestamptz 'epoch' + ${us}::bigint * interval '1 microsecond')`;
}
