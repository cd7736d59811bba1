import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** A fact about a customer that no delivery caused. */
export interface CustomerActivity {
  customerId: string;
  kind: string;
  data: Record<string, string>;
}

/** Appends activities; each gets an id of its own. */
export async function logActivities(
  tx: Tx,
  agencyId: string,
  activities: readonly CustomerActivity[],
): Promise<void> {
  if (activities.length === 0) return;
  const ids = activities.map((activity) => activity.customerId);
  const kinds = activities.map((activity) => activity.kind);
  const data = activities.map((activity) => JSON.stringify(activity.data));
  await sql`
    INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
    SELECT uuid_v7(), 0, 0, ${agencyId}::uuid, a.customer_id, a.kind, a.data
    FROM unnest(${ids}::uuid[], ${kinds}::text[], ${data}::jsonb[]) a (customer_id, kind, data)`.execute(tx);
}
