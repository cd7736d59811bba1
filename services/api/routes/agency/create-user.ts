import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { insertUser } from "#core/adapters/postgres/users/insert-user.ts";
import type { ApiDeps } from "../../deps.ts";
import { checkAddress } from "../../rpc/address.ts";
import { requireRole } from "../../rpc/caller.ts";
import { roleOf, textOf } from "../../rpc/enums.ts";
import { fail } from "../../rpc/fail.ts";
import { userMessage } from "./user-message.ts";

/** A new user of the agency. A key is made separately. */
export const createUser =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["createUser"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "admin");
    const { address, key } = checkAddress(request.email, "email");
    const role = textOf(roleOf, request.role) ?? "viewer";
    const user = await database.withAgency(agencyId, (tx) =>
      insertUser(tx, { agencyId, email: address, emailKey: key, name: request.name.trim(), role }),
    );
    if (user !== undefined) return { user: userMessage(user) };
    throw fail(Code.AlreadyExists, {
      reason: "user_exists",
      message: "The agency has a user with this address already.",
      field: "email",
      hint: "ListUsers shows them; UpdateUser changes the role or makes an inactive one active again.",
    });
  };
