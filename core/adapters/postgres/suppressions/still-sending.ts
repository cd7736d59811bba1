import { sql } from "kysely";
import type { DeliveryRef } from "#core/domain/delivery/id.ts";
import type { Tx } from "../database.ts";

// An address is on its way in a few blasts at once, not in more than a person could read.
const maxTold = 100;

/**
 * Deliveries to an address that were claimed and have no answer yet, in any blast. Every one of them has a lease, and leases are
 * few, so the blasts in question come from there, and each is asked for its one delivery to the address.
 */
export async function stillSending(tx: Tx, agencyId: string, addressKey: string): Promise<DeliveryRef[]> {
  const { rows } = await sql<DeliveryRef>`
    SELECT d.blast_id AS "blastId", d.seq
    FROM (SELECT DISTINCT blast_id FROM claims WHERE agency_id = ${agencyId}) c
    JOIN deliveries d ON d.blast_id = c.blast_id AND d.address_key = ${addressKey}
    WHERE d.agency_id = ${agencyId} AND d.state = 'sending'
    ORDER BY d.blast_id, d.seq LIMIT ${maxTold}`.execute(tx);
  return rows;
}
