import { sql } from "kysely";
import type { DeliveryStateText } from "../schema.ts";

/** One delivery as it stands. */
export interface DeliveryRecord {
  blast_id: string;
  seq: number;
  customer_id: string;
  /** Where it goes or went; empty when the customer was deleted. */
  email: string;
  state: DeliveryStateText;
  /** Pending and released to the queue. */
  queued: boolean;
  reason: string;
  attempt: number;
  provider_message_id: string | null;
  changed_at: Date;
}

/** Columns of a `DeliveryRecord` from `deliveries d`, `blasts b` and `customers c`. */
export const deliveryColumns = sql`
  d.blast_id, d.seq, d.customer_id, coalesce(d.address, c.email, '') AS email, d.state,
  d.state = 'pending' AND d.seq <= b.released_seq AS queued, d.reason, d.attempt, d.provider_message_id, d.changed_at`;
