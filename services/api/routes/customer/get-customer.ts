import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { readCustomer } from "#core/adapters/postgres/customers/read-customer.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { customerMessage } from "./customer-message.ts";

/** One customer with the suppressions of its address. */
export const getCustomer =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["getCustomer"] =>
  async ({ customerId }, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const row = await deps.database.withAgency(agencyId, (tx) => readCustomer(tx, agencyId, customerId));
    if (row === undefined) throw notFound("customer", customerId, "customer_id");
    return { customer: customerMessage(row) };
  };
