import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeadLetterFilter, DeadLetterRecord } from "./dead-letter-record.ts";

/**
 * Dead letters that this transaction may see, newest first, behind `after`; at most `limit`. Under `withAgency` these are the agency's own,
 * as system all. Bodies beyond `maxBodyBytes` are left out.
 */
export async function listDeadLetters(
  tx: Tx,
  o: DeadLetterFilter & {
    includeRequeued: boolean;
    after: { atUs: number; id: string } | undefined;
    limit: number;
    maxBodyBytes: number;
  },
): Promise<DeadLetterRecord[]> {
  const { rows } = await sql<DeadLetterRecord>`
    SELECT id, agency_id, stream, subject, message_type, reason, detail, headers, deliveries, failures, at, requeued_at,
      CASE WHEN octet_length(body) <= ${o.maxBodyBytes} THEN body END AS body,
      (extract(epoch FROM at) * 1000000)::bigint AS at_us
    FROM dead_letters
    WHERE ${o.includeRequeued ? sql`true` : sql`requeued_at IS NULL`}
      AND ${o.subjectPrefix === undefined ? sql`true` : sql`starts_with(subject, ${o.subjectPrefix})`}
      AND ${o.reason === undefined ? sql`true` : sql`reason = ${o.reason}`}
      AND ${
        o.after === undefined
          ? sql`true`
          : sql`(at, id) < (timestamptz 'epoch' + ${o.after.atUs}::bigint * interval '1 microsecond', ${o.after.id}::text)`
      }
    ORDER BY at DESC, id DESC
    LIMIT ${o.limit}`.execute(tx);
  return rows;
}
