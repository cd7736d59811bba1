import type { AgencyRecord } from "#core/adapters/postgres/agencies/agency-record.ts";
import { closeGate } from "#core/adapters/postgres/agencies/gate.ts";
import { rewindBlasts } from "#core/adapters/postgres/blasts/rewind.ts";
import { updateAgency } from "#core/adapters/postgres/agencies/update-agency.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import { notFound } from "../../rpc/fail.ts";

type Change = Parameters<typeof updateAgency>[2];

/**
 * Changes the agency. `gated`: from the answer on no claim acts on the old state, because the change is made with the agency's gate
 * closed. Throws NotFound when an operator named an agency that does not exist.
 */
export async function changeAgency(
  database: Database,
  agencyId: string,
  change: Change,
  o: { gated: boolean },
): Promise<AgencyRecord> {
  const agency = await database.withAgency(agencyId, async (tx) => {
    if (o.gated) await closeGate(tx, agencyId);
    const changed = await updateAgency(tx, agencyId, change);
    // Messages of a stopped agency are taken off the queue; what waits in the rows is released again.
    if (change.paused === false || change.standing === "good") await rewindBlasts(tx, { agencyId });
    return changed;
  });
  if (agency === undefined) throw notFound("agency", agencyId, "fanfare-agency");
  return agency;
}
