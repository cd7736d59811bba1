import { timestampDate, timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { recordReport } from "#core/adapters/postgres/reports/record-report.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireService } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** Links a report to its blast. Repeating the call changes nothing. */
export const recordBlastReport =
  ({ database }: ApiDeps): ServiceImpl<typeof BlastService>["recordBlastReport"] =>
  async ({ blastId, url, figuresUntil }, context) => {
    const agencyId = requireService(context, "reporter");
    const report = { agencyId, blastId, url, figuresUntil: timestampDate(figuresUntil ?? timestampNow()) };
    const recorded = await database.withAgency(agencyId, (tx) => recordReport(tx, report));
    if (recorded === "unknown_blast") throw notFound("blast", blastId, "blast_id");
    return { known: recorded === "known" };
  };
