import type { Tx } from "../database.ts";

/** An agency's part of the lanes, as an operator sets it. */
export interface AgencyLimits {
  /** Its part beside the other agencies that have something to send, 1 to 100; 1 unless said otherwise. */
  weight: number;
  /** Deliveries on all lanes' queues together; null: what its part gives. */
  inFlightMax: number | null;
  /** Deliveries released in a second, with a second's worth at once at most; null: as fast as the senders drain. */
  perSecondMax: number | null;
}

/** What holds while nobody has said anything. */
export const noLimits: AgencyLimits = { weight: 1, inFlightMax: null, perSecondMax: null };

/** An agency's limits; those of an agency without any when nothing was set. */
export async function readAgencyLimits(tx: Tx, agencyId: string): Promise<AgencyLimits> {
  const row = await tx
    .selectFrom("agency_limits")
    .select(["weight", "in_flight_max as inFlightMax", "per_second_max as perSecondMax"])
    .where("agency_id", "=", agencyId)
    .executeTakeFirst();
  return row ?? noLimits;
}

/** Sets all of an agency's limits; every feeder goes by them from its next round on. Runs as system. */
export async function setAgencyLimits(tx: Tx, agencyId: string, limits: AgencyLimits): Promise<void> {
  const columns = {
    weight: limits.weight,
    in_flight_max: limits.inFlightMax,
    per_second_max: limits.perSecondMax,
  };
  await tx
    .insertInto("agency_limits")
    .values({ agency_id: agencyId, ...columns })
    .onConflict((conflict) => conflict.column("agency_id").doUpdateSet(columns))
    .execute();
}
