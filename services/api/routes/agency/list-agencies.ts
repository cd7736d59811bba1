import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { listAgencies as list } from "#core/adapters/postgres/agencies/list-agencies.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { agencyMessage } from "./agency-message.ts";

/** Every agency of the house, in order of creation. */
export const listAgencies =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["listAgencies"] =>
  async (request, context) => {
    requireOperator(context);
    const { size, after } = readPage(request.page);
    const found = await database.asSystem((tx) => list(tx, after, size + 1));
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { agencies: rows.map(agencyMessage), page };
  };
