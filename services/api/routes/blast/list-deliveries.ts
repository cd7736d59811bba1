import type { ServiceImpl } from "@connectrpc/connect";
import { DeliveryState, type BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { readBlast } from "#core/adapters/postgres/blasts-read/read-blast.ts";
import {
  listDeliveries as selectDeliveries,
  type DeliveryQuery,
} from "#core/adapters/postgres/deliveries-read/list-deliveries.ts";
import { searchDeliveries } from "#core/adapters/postgres/deliveries-read/search-deliveries.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { deliveryStateOf, textOf } from "../../rpc/enums.ts";
import { notFound } from "../../rpc/fail.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { deliveryMessage } from "./delivery-message.ts";

/**
 * A page of a blast's deliveries by sequence. A filter looks at a bounded number of rows a call, so its page may be short, even
 * empty, and still have a next one.
 */
export const listDeliveries =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["listDeliveries"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { blastId } = request;
    const { size, after } = readPage(request.page, (cursor) => /^[0-9]{1,9}$/.test(cursor));
    const { rows: found, scannedTo } = await deps.database.withAgency(agencyId, async (tx) => {
      const blast = await readBlast(tx, agencyId, blastId);
      if (blast === undefined) throw notFound("blast", blastId, "blast_id");
      const which = {
        agencyId,
        blastId,
        ...rowsInState(request.state),
        reason: request.reason === "" ? undefined : request.reason,
      };
      const search = request.search.trim().toLowerCase();
      if (search === "")
        return selectDeliveries(tx, { ...which, afterSeq: Number(after ?? 0), limit: size + 1 });
      const rows = await searchDeliveries(
        tx,
        { ...which, beginning: search, limit: size },
        blast.audience_size,
      );
      return { rows, scannedTo: undefined };
    });
    const { rows, page } = makePage(found, size, (row) => String(row.seq));
    if (scannedTo !== undefined) page.nextToken = makePage([scannedTo, 0], 1, String).page.nextToken;
    return { deliveries: rows.map(deliveryMessage), page };
  };

/** Queued is no state of a row: it is pending, and released. */
function rowsInState(state: DeliveryState): Pick<DeliveryQuery, "state" | "queued"> {
  if (state === DeliveryState.QUEUED) return { state: "pending", queued: true };
  if (state === DeliveryState.PENDING) return { state: "pending", queued: false };
  return { state: textOf(deliveryStateOf, state) };
}
