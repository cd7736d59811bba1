import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { listApiKeys as list } from "#core/adapters/postgres/api-keys/list-api-keys.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { ownKeysOnly } from "./own-keys-only.ts";
import { apiKeyMessage } from "./user-message.ts";

/** All keys of the agency for an admin, for others their own. */
export const listApiKeys =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["listApiKeys"] =>
  async (request, context) => {
    const { agencyId, caller } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const found = await database.withAgency(agencyId, (tx) =>
      list(tx, agencyId, { userId: ownKeysOnly(caller), afterId: after, limit: size + 1 }),
    );
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { keys: rows.map(apiKeyMessage), page };
  };
