import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { listExists } from "#core/adapters/postgres/customer-lists/list-exists.ts";
import { listCustomers as selectCustomers } from "#core/adapters/postgres/customers/list-customers.ts";
import { normaliseAddress } from "#core/domain/address/normalise-address.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { notFound } from "../../rpc/fail.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { customerMessage } from "./customer-message.ts";

/**
 * A page of customers in order of creation. A search looks at a bounded number of customers a call, so its page may be short, even
 * empty, and still have a next one. A search for a whole address finds it at once.
 */
export const listCustomers =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["listCustomers"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const listId = request.listId === "" ? undefined : request.listId;
    const search = request.search.trim();
    const { rows: found, scannedTo } = await deps.database.withAgency(agencyId, async (tx) => {
      if (listId !== undefined && !(await listExists(tx, agencyId, listId))) {
        throw notFound("customer list", listId, "list_id");
      }
      const query = { agencyId, listId, afterId: after, limit: size + 1 };
      const whole = normaliseAddress(search);
      if (whole.ok) {
        const exact = await selectCustomers(tx, { ...query, addressKey: whole.key });
        if (exact.rows.length > 0) return exact;
      }
      return selectCustomers(tx, { ...query, search });
    });
    const { rows, page } = makePage(found, size, (row) => row.id);
    if (scannedTo !== undefined) page.nextToken = makePage([scannedTo, ""], 1, (id) => id).page.nextToken;
    return { customers: rows.map(customerMessage), page };
  };
