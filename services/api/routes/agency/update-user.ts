import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { type UserChange, updateUser as update } from "#core/adapters/postgres/users/update-user.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { roleOf, textOf } from "../../rpc/enums.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { userMessage } from "./user-message.ts";

/** Changes what is given: an unspecified role, an unset `active` and an empty name stay as they are. */
export const updateUser =
  ({ database, signIn, sessions }: ApiDeps): ServiceImpl<typeof AgencyService>["updateUser"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const role = textOf(roleOf, request.role);
    const name = request.name.trim();
    const change: UserChange = {
      ...(role === undefined ? {} : { role }),
      ...(request.active === undefined ? {} : { active: request.active }),
      ...(name === "" ? {} : { name }),
    };
    const changed = await database.withAgency(agencyId, (tx) => update(tx, agencyId, request.userId, change));
    switch (changed.kind) {
      case "changed":
        signIn.forget();
        sessions.forget();
        return { user: userMessage(changed.user) };
      case "unknown":
        throw notFound("user", request.userId, "user_id");
      case "last_admin":
        throw fail(Code.FailedPrecondition, {
          reason: "last_admin",
          message: "This user is the agency's only active admin.",
          field: "user_id",
          hint: "Make another user admin first.",
        });
    }
  };
