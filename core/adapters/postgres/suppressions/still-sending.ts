import { sql } from "kysely";
import type { DeliveryRef } from "#core/domain/delivery/id.ts";
import type { Tx } from "../database.ts";

// An address is on its way in a few blasts at once, not in more than a person could read.
const maxTold = 100;

/**
 * Deliveries to an address that were claimed and have no answer yet, or an answer that is in doubt: a worker that was stopped in the
 * middle of a call may finish it after its lease. Every one of them has a lease or a doubt, and those are few, so the blasts in
 * question come from there, and each is asked for its one delivery to the address.
 */
export async function stillSending(tx: Tx, agencyId: string, addressKey: string): Promise<DeliveryRef[]> {
  const { rows } = await sql<DeliveryRef>`
    SELECT d.blast_id AS "blastId", d.seq
    FROM (SELECT blast_id FROM claims WHERE agency_id = ${agencyId}
      UNION SELECT blast_id FROM doubts WHERE agency_id = ${agencyId}) c
    JOIN deliveries d ON d.blast_id = c.blast_id AND d.address_key = ${addressKey}
    WHERE d.agency_id = ${agencyId} AND d.state IN ('sending', 'in_doubt')
    ORDER BY d.blast_id, d.seq LIMIT ${maxTold}`.execute(tx);
  return rows;
}
