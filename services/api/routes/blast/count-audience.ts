import { toJson } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { AudienceSchema } from "#gen/fanfare/work/v1/content_pb.js";
import { countAudience as countCustomers } from "#core/adapters/postgres/audience/count.ts";
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import { listExists } from "#core/adapters/postgres/customer-lists/list-exists.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** How many customers an audience has now. Reads only, and a bounded number of customers. */
export const countAudience =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["countAudience"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const audience = toJson(AudienceSchema, request.audience!) as AudienceJson;
    return deps.database.withAgency(agencyId, async (tx) => {
      if (audience.listId !== undefined && !(await listExists(tx, agencyId, audience.listId)))
        throw notFound("customer list", audience.listId, "audience.list_id");
      return countCustomers(tx, agencyId, audience);
    });
  };
