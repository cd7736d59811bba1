import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { createList } from "#core/adapters/postgres/customer-lists/create-list.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { listMessage } from "./list-message.ts";
import { listNameTaken } from "./list-name-taken.ts";

/** Creates an empty list; its name is unique in the agency. */
export const createCustomerList =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["createCustomerList"] =>
  async ({ name }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const row = await deps.database.withAgency(agencyId, (tx) => createList(tx, agencyId, name));
    if (row === undefined) throw listNameTaken(name);
    return { list: listMessage(row) };
  };
