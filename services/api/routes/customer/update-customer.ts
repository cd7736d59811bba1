import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { readCustomer } from "#core/adapters/postgres/customers/read-customer.ts";
import { updateCustomer as replaceFields } from "#core/adapters/postgres/customers/update-customer.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { customerMessage, customerValues, externalIdTaken } from "./customer-message.ts";

/** Replaces all fields of a customer. */
export const updateCustomer =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["updateCustomer"] =>
  async ({ customerId, customer }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const values = customerValues(customer!);
    const row = await deps.database.withAgency(agencyId, async (tx) => {
      const outcome = await replaceFields(tx, agencyId, customerId, values);
      if (outcome === "external_id_taken") throw externalIdTaken(values.externalId ?? "");
      if (outcome === "unknown") throw notFound("customer", customerId, "customer_id");
      return readCustomer(tx, agencyId, customerId);
    });
    return { customer: customerMessage(row!) };
  };
