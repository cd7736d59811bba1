import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { listLists } from "#core/adapters/postgres/customer-lists/list-lists.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { listMessage } from "./list-message.ts";

/** A page of customer lists by name; optionally of those that a customer is on. */
export const listCustomerLists =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["listCustomerLists"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const customerId = request.customerId === "" ? undefined : request.customerId;
    const found = await deps.database.withAgency(agencyId, (tx) =>
      listLists(tx, agencyId, after, size + 1, customerId),
    );
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { lists: rows.map(listMessage), page };
  };
