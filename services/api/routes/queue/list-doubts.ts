import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { listDoubts as list } from "#core/adapters/postgres/doubts/list-doubts.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";

/** Who has sends in doubt, or held ones that a person must decide about. */
export const listDoubts =
  ({ database }: ApiDeps): ServiceImpl<typeof QueueService>["listDoubts"] =>
  async (_request, context) => {
    requireOperator(context);
    const agencies = await database.asSystem(list);
    return {
      agencies: agencies.map((row) => ({
        agencyId: row.agency_id,
        agencyName: row.agency_name,
        sendingDomain: row.sending_domain,
        inDoubt: row.in_doubt,
        ...(row.oldest_since === null ? {} : { oldestInDoubtAt: timestampFromDate(row.oldest_since) }),
        mostLooks: row.most_looks,
        held: row.held,
        blasts: row.blasts.map((blast) => ({
          blastId: blast.id,
          name: blast.name,
          inDoubt: blast.in_doubt,
          held: blast.held,
          acceptedAt: timestampFromDate(new Date(blast.accepted_at)),
        })),
      })),
    };
  };
