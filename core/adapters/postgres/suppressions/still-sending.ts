import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { DeliveryRef } from "#core/domain/delivery/id.ts";

// An address is on its way in a few blasts at once, not in more than a person could read.
const maxTold = 100;

/** Deliveries to an address that were claimed and have no answer yet: to every customer who has it, in any blast. */
export async function stillSending(tx: Tx, agencyId: string, addressKey: string): Promise<DeliveryRef[]> {
  const { rows } = await sql<DeliveryRef>`
    SELECT d.blast_id AS "blastId", d.seq FROM deliveries d
    WHERE d.customer_id IN (SELECT c.id FROM customers c WHERE c.agency_id = ${agencyId} AND c.address_key = ${addressKey})
      AND d.agency_id = ${agencyId} AND d.state = 'sending'
    ORDER BY d.blast_id, d.seq LIMIT ${maxTold}`.execute(tx);
  return rows;
}
