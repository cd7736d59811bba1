import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import { readBlast } from "#core/adapters/postgres/blasts-read/read-blast.ts";
import { readStatistics, seeOneMoment } from "#core/adapters/postgres/reports/read-statistics.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRoleOrService } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { blastMessage } from "./blast-message.ts";

/** Figures over time, by hour and by domain, up to a moment. */
export const getBlastStatistics =
  ({ database }: ApiDeps): ServiceImpl<typeof BlastService>["getBlastStatistics"] =>
  async ({ blastId, until }, context) => {
    const agencyId = requireRoleOrService(context, "viewer", "reporter");
    return database.withAgency(agencyId, async (tx) => {
      await seeOneMoment(tx);
      const blast = await readBlast(tx, agencyId, blastId);
      const agency = await readAgency(tx, agencyId);
      if (blast === undefined || agency === undefined) throw notFound("blast", blastId, "blast_id");
      const { name: agencyName, time_zone: timeZone } = agency;
      const read = { blastId, timeZone, until: until === undefined ? undefined : timestampDate(until) };
      const { facts, bucketSeconds, curve, hours, hourSeconds, domains } = await readStatistics(tx, read);
      const others = domains.find(({ domain }) => domain === "");
      return {
        blast: blastMessage(blast),
        agencyName,
        timeZone,
        facts,
        bucketSeconds,
        hourSeconds,
        curve: curve.map((bucket) => ({ ...bucket, start: timestampFromDate(bucket.start) })),
        hours: hours.map((hour) => ({ ...hour, start: timestampFromDate(hour.start) })),
        domains: domains.filter(({ domain }) => domain !== ""),
        ...(others === undefined ? {} : { otherDomains: others }),
      };
    });
  };
