import type { MessageInitShape } from "@bufbuild/protobuf";
import { type AgencyLimits, readAgencyLimits } from "#core/adapters/postgres/blasts/agency-limits.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import type { AgencyLimitsSchema } from "#gen/fanfare/api/v1/queue_pb.js";
import { notFound } from "../../rpc/fail.ts";

/** An agency's limits as they are on the wire: what is not limited is left out. */
export function agencyLimitsMessage(limits: AgencyLimits): MessageInitShape<typeof AgencyLimitsSchema> {
  const { weight, inFlightMax, perSecondMax } = limits;
  return {
    weight,
    ...(inFlightMax === null ? {} : { inFlightMax }),
    ...(perSecondMax === null ? {} : { perSecondMax }),
  };
}

/** Limits of an agency that is there; throws NotFound for any other. */
export async function limitsOfAgency(tx: Tx, agencyId: string): Promise<AgencyLimits> {
  const agency = await tx.selectFrom("agencies").select("id").where("id", "=", agencyId).executeTakeFirst();
  if (agency === undefined) throw notFound("agency", agencyId, "agency_id");
  return readAgencyLimits(tx, agencyId);
}
