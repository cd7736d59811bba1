import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { readAttributesInUse } from "#core/adapters/postgres/customers/attributes-in-use.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";

/** What an audience's filter can name. Reads only. */
export const listCustomerAttributes =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["listCustomerAttributes"] =>
  async (_request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    return deps.database.withAgency(agencyId, (tx) => readAttributesInUse(tx, agencyId));
  };
