import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { listUsers as list } from "#core/adapters/postgres/users/list-users.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { userMessage } from "./user-message.ts";

/** Users of the agency, in order of creation. */
export const listUsers =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["listUsers"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const found = await database.withAgency(agencyId, (tx) => list(tx, agencyId, after, size + 1));
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { users: rows.map(userMessage), page };
  };
