import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { addMembers } from "#core/adapters/postgres/customer-lists/add-members.ts";
import { listExists } from "#core/adapters/postgres/customer-lists/list-exists.ts";
import { unknownCustomers } from "#core/adapters/postgres/customers/unknown-customers.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";

/** Puts customers on a list: all of them, or none when one is unknown. */
export const addToCustomerList =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["addToCustomerList"] =>
  async ({ listId, customerIds }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const added = await deps.database.withAgency(agencyId, async (tx) => {
      if (!(await listExists(tx, agencyId, listId))) throw notFound("customer list", listId, "list_id");
      const unknown = await unknownCustomers(tx, agencyId, customerIds);
      if (unknown.count > 0) throw unknownIds(unknown);
      return addMembers(
        tx,
        agencyId,
        customerIds.map((customerId) => ({ listId, customerId })),
      );
    });
    return { added };
  };

function unknownIds({ count, first }: { count: number; first: string[] }) {
  const more = count - first.length;
  return fail(Code.NotFound, {
    reason: "unknown_customer",
    message: `There is no customer ${first.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`,
    field: "customer_ids",
    hint: "Leave these ids out; nobody was added.",
  });
}
