import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { insertCustomer } from "#core/adapters/postgres/customers/insert-customer.ts";
import { readCustomer } from "#core/adapters/postgres/customers/read-customer.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { customerMessage, customerValues, externalIdTaken } from "./customer-message.ts";

/** Stores a new customer. Several may have one address: a blast writes to the address once. */
export const createCustomer =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["createCustomer"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "sender");
    const values = customerValues(request.customer!);
    const row = await deps.database.withAgency(agencyId, async (tx) => {
      const id = await insertCustomer(tx, agencyId, values);
      if (id === undefined) throw externalIdTaken(values.externalId ?? "");
      return readCustomer(tx, agencyId, id);
    });
    return { customer: customerMessage(row!) };
  };
