import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeliveryStateText } from "../schema.ts";

/** A blast as the provider knows it: by domain, tag and time. */
export interface TriedBlast {
  agency_id: string;
  sending_domain: string;
  doubt_policy: "hold" | "resend";
  started_at: Date | null;
}

/** A delivery that was tried. */
export interface TriedDelivery {
  seq: number;
  state: DeliveryStateText;
  attempt: number;
  address: string;
}

/** Undefined when there is no such blast in the scope. Runs as system. */
export async function triedBlast(
  tx: Tx,
  blastId: string,
  agencyId: string | undefined,
): Promise<TriedBlast | undefined> {
  const { rows } = await sql<TriedBlast>`
    SELECT b.agency_id, a.sending_domain, coalesce(b.doubt_policy, a.doubt_policy) AS doubt_policy, b.started_at
    FROM blasts b JOIN agencies a ON a.id = b.agency_id
    WHERE b.id = ${blastId} ${agencyId === undefined ? sql`` : sql`AND b.agency_id = ${agencyId}`}`.execute(
    tx,
  );
  return rows[0];
}

/** Deliveries with at least one try that have not changed for `quietMs`, in order behind `after`. Runs as system. */
export async function triedDeliveries(
  tx: Tx,
  o: { blastId: string; after: number; quietMs: number; limit: number },
): Promise<TriedDelivery[]> {
  const { rows } = await sql<TriedDelivery>`
    SELECT seq, state, attempt, coalesce(address, '') AS address FROM deliveries
    WHERE blast_id = ${o.blastId} AND seq > ${o.after} AND attempt > 0 AND state <> 'sending'
      AND changed_at < now() - make_interval(secs => ${o.quietMs / 1000})
    ORDER BY seq LIMIT ${o.limit}`.execute(tx);
  return rows;
}
