import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { listExists } from "#core/adapters/postgres/customer-lists/list-exists.ts";
import { removeMembers } from "#core/adapters/postgres/customer-lists/remove-members.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** Takes customers off a list; those that are not on it do not matter. */
export const removeFromCustomerList =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["removeFromCustomerList"] =>
  async ({ listId, customerIds }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const removed = await deps.database.withAgency(agencyId, async (tx) => {
      if (!(await listExists(tx, agencyId, listId))) throw notFound("customer list", listId, "list_id");
      return removeMembers(tx, agencyId, listId, customerIds);
    });
    return { removed };
  };
