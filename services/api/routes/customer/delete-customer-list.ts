import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { deleteList } from "#core/adapters/postgres/customer-lists/delete-list.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";

/** Deletes a list; its customers stay. */
export const deleteCustomerList =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["deleteCustomerList"] =>
  async ({ listId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const deleted = await deps.database.withAgency(agencyId, (tx) => deleteList(tx, agencyId, listId));
    if (deleted.outcome === "unknown") throw notFound("customer list", listId, "list_id");
    if (deleted.outcome === "in_use") {
      throw fail(Code.FailedPrecondition, {
        reason: "list_in_use",
        message: `The ${deleted.by} "${deleted.name}" is for this list.`,
        field: "list_id",
        hint:
          deleted.by === "schedule"
            ? "Cancel the schedule first."
            : "Wait until the blast has its audience, or cancel it.",
      });
    }
    return {};
  };
