import { Code, type ServiceImpl } from "@connectrpc/connect";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { insertInvitation, upsertOperator } from "#core/adapters/postgres/sessions/invitations.ts";
import { readUser } from "#core/adapters/postgres/users/read-user.ts";
import { mintToken } from "../../auth/cookie.ts";
import type { ApiDeps } from "../../deps.ts";
import { checkAddress } from "../../rpc/address.ts";
import { requireOperator, requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";

/** A link for a user of the agency to set a password. */
export const inviteUser =
  ({ database }: ApiDeps): ServiceImpl<typeof SessionService>["inviteUser"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const userId = request.userId.toLowerCase();
    return database.asSystem(async (tx) => {
      const user = await readUser(tx, agencyId, userId);
      if (user === undefined) throw notFound("user", userId, "user_id");
      if (!user.active) {
        throw fail(Code.FailedPrecondition, {
          reason: "user_inactive",
          message: "The user is not active, so a password would open nothing.",
          field: "user_id",
          hint: "Make the user active first (UpdateUser).",
        });
      }
      return invitation(tx, userId);
    });
  };

/** Another operator of the platform, with a link to set a password. */
export const inviteOperator =
  ({ database }: ApiDeps): ServiceImpl<typeof SessionService>["inviteOperator"] =>
  async (request, context) => {
    requireOperator(context);
    const { address, key } = checkAddress(request.email, "email");
    return database.asSystem(async (tx) =>
      invitation(tx, await upsertOperator(tx, { email: address, emailKey: key, name: request.name.trim() })),
    );
  };

async function invitation(tx: Tx, personId: string) {
  const { text, hash } = mintToken();
  const expiresAt = await insertInvitation(tx, { hash, personId });
  return { token: text, expiresAt: timestampFromDate(expiresAt) };
}
