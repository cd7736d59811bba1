import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { revokeApiKey as revoke } from "#core/adapters/postgres/api-keys/revoke-api-key.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { ownKeysOnly } from "./own-keys-only.ts";

/** Ends a key: at once here, within 10 s on the other instances, which remember keys for that long. */
export const revokeApiKey =
  ({ database, signIn }: ApiDeps): ServiceImpl<typeof AgencyService>["revokeApiKey"] =>
  async (request, context) => {
    const { agencyId, caller } = requireRole(context, "viewer");
    const known = await database.withAgency(agencyId, (tx) =>
      revoke(tx, agencyId, request.keyId, ownKeysOnly(caller)),
    );
    if (!known) throw notFound("api key", request.keyId, "key_id");
    signIn.forget();
    return {};
  };
