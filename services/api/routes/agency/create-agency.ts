import type { ServiceImpl } from "@connectrpc/connect";
import { type AgencyService, CreateAgencyRequestSchema } from "#gen/fanfare/api/v1/agency_pb.js";
import { insertAgency } from "#core/adapters/postgres/agencies/insert-agency.ts";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import { insertApiKey } from "#core/adapters/postgres/api-keys/insert-api-key.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { once, operatorAgencyId } from "#core/adapters/postgres/idempotency/remember.ts";
import { insertUser } from "#core/adapters/postgres/users/insert-user.ts";
import { readUserByEmail } from "#core/adapters/postgres/users/read-user.ts";
import { mintApiKey } from "../../auth/api-key.ts";
import type { ApiDeps } from "../../deps.ts";
import { checkAddress } from "../../rpc/address.ts";
import { requireOperator } from "../../rpc/caller.ts";
import { hashOf } from "../../rpc/request-hash.ts";
import { agencyMessage } from "./agency-message.ts";
import { checkSettings, type SettingsColumns } from "./check-settings.ts";
import { userMessage } from "./user-message.ts";

/** A new agency with its first admin and that one's key, all or nothing, once for each idempotency key. */
export const createAgency =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["createAgency"] =>
  async (request, context) => {
    requireOperator(context);
    // Required by the contract; the compiler does not know.
    const settings = checkSettings(request.settings!);
    const admin = { ...checkAddress(request.adminEmail, "admin_email"), name: request.adminName.trim() };
    const key = {
      agencyId: operatorAgencyId,
      scope: "create_agency",
      key: request.idempotencyKey,
      requestHash: hashOf(CreateAgencyRequestSchema, request),
    };
    return database.asSystem(async (tx) => {
      let secret = "";
      const { result: agencyId, replayed } = await once(tx, key, async () => {
        const created = await createAll(tx, settings, admin);
        secret = created.secret;
        return created.agencyId;
      });
      const agency = await readAgency(tx, agencyId);
      const user = await readUserByEmail(tx, agencyId, admin.key);
      if (agency === undefined) throw new Error(`agency ${agencyId} of a known key is gone`);
      return {
        agency: agencyMessage(agency),
        ...(user === undefined ? {} : { admin: userMessage(user) }),
        apiKey: secret,
        replayed,
      };
    });
  };

async function createAll(
  tx: Tx,
  settings: SettingsColumns,
  admin: { address: string; key: string; name: string },
): Promise<{ agencyId: string; secret: string }> {
  const agency = await insertAgency(tx, settings);
  const user = await insertUser(tx, {
    agencyId: agency.id,
    email: admin.address,
    emailKey: admin.key,
    name: admin.name,
    role: "admin",
  });
  if (user === undefined) throw new Error("a new agency has a user already");
  const { text, prefix, hash } = mintApiKey();
  await insertApiKey(tx, {
    agencyId: agency.id,
    userId: user.id,
    name: "first key",
    prefix,
    hash,
    role: "admin",
  });
  return { agencyId: agency.id, secret: text };
}
