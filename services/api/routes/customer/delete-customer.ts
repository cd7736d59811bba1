import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { deleteCustomer as forgetCustomer } from "#core/adapters/postgres/customers/delete-customer.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";

/** Forgets a customer's personal data. */
export const deleteCustomer =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["deleteCustomer"] =>
  async ({ customerId }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const known = await deps.database.withAgency(agencyId, (tx) => forgetCustomer(tx, agencyId, customerId));
    if (!known) throw notFound("customer", customerId, "customer_id");
    return {};
  };
