import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeadLetterRecord } from "./dead-letter-record.ts";

/** One dead letter, whole, if this transaction may see it. */
export async function readDeadLetter(tx: Tx, id: string): Promise<DeadLetterRecord | undefined> {
  const { rows } = await sql<DeadLetterRecord>`
    SELECT id, agency_id, stream, subject, message_type, reason, detail, headers, deliveries, failures, at, requeued_at,
      body, (extract(epoch FROM at) * 1000000)::bigint AS at_us
    FROM dead_letters WHERE id = ${id}`.execute(tx);
  return rows[0];
}
