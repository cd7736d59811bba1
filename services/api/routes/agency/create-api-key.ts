import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { insertApiKey } from "#core/adapters/postgres/api-keys/insert-api-key.ts";
import type { RoleText } from "#core/adapters/postgres/schema.ts";
import { readUser } from "#core/adapters/postgres/users/read-user.ts";
import { mintApiKey } from "../../auth/api-key.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole, roleSuffices } from "../../rpc/caller.ts";
import { roleOf, textOf } from "../../rpc/enums.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { apiKeyMessage } from "./user-message.ts";

/** A key for oneself, with at most one's own role; an admin makes keys for others too. */
export const createApiKey =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["createApiKey"] =>
  async (request, context) => {
    const role = textOf(roleOf, request.role) ?? "viewer";
    const { agencyId, userId } = keyHolder(context, request.userId);
    const { text, prefix, hash } = mintApiKey();
    const key = await database.withAgency(agencyId, async (tx) => {
      const user = await readUser(tx, agencyId, userId);
      if (user === undefined) throw notFound("user", userId, "user_id");
      if (!user.active) {
        throw fail(Code.FailedPrecondition, {
          reason: "user_inactive",
          message: "The user is not active, so a key would open nothing.",
          field: "user_id",
          hint: "Make the user active first (UpdateUser).",
        });
      }
      refuseHigherRole(context, role, user.role);
      return insertApiKey(tx, { agencyId, userId, name: request.name.trim(), prefix, hash, role });
    });
    return { key: apiKeyMessage(key), secret: text };
  };

/** Whom the key acts for: the caller, unless an admin or operator names somebody else. */
function keyHolder(context: HandlerContext, asked: string): { agencyId: string; userId: string } {
  const { agencyId, userId: own } = requireRole(context, "viewer");
  const userId = asked === "" ? own : asked.toLowerCase();
  if (userId === undefined) {
    throw fail(Code.InvalidArgument, {
      reason: "user_required",
      message: "An operator is no user of the agency, so the key needs one to act for.",
      field: "user_id",
      hint: "ListUsers shows the ids.",
    });
  }
  if (userId !== own) requireRole(context, "admin");
  return { agencyId, userId };
}

function refuseHigherRole(context: HandlerContext, role: RoleText, userRole: RoleText): void {
  const { caller } = requireRole(context, "viewer");
  const own = caller.kind === "agency" ? caller.role : "admin";
  if (roleSuffices(own, role) && roleSuffices(userRole, role)) return;
  throw fail(Code.PermissionDenied, {
    reason: "role_too_high",
    message: `A key with the role ${role} would be allowed more than ${roleSuffices(own, role) ? "its user" : "yours"}.`,
    field: "role",
    hint: `Ask for ${roleSuffices(own, userRole) ? userRole : own} or less.`,
  });
}
