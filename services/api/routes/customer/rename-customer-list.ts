import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { renameList } from "#core/adapters/postgres/customer-lists/rename-list.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { listMessage } from "./list-message.ts";
import { listNameTaken } from "./list-name-taken.ts";

/** Gives a list another name, unique in the agency. */
export const renameCustomerList =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["renameCustomerList"] =>
  async ({ listId, name }, context) => {
    const { agencyId } = requireRole(context, "sender");
    const list = await deps.database.withAgency(agencyId, async (tx) => {
      const renamed = await renameList(tx, agencyId, listId, name);
      if (renamed === "unknown") throw notFound("customer list", listId, "list_id");
      if (renamed === "name_taken") throw listNameTaken(name);
      return renamed;
    });
    return { list: listMessage(list) };
  };
