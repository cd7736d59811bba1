import type { ServiceImpl } from "@connectrpc/connect";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { listSuppressions as selectSuppressions } from "#core/adapters/postgres/suppressions/list-suppressions.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { suppressionReasonOf } from "../../rpc/enums.ts";
import { readAddress } from "./customer-message.ts";
import { joinCursor, makePage, readPage, splitCursor } from "../../rpc/page.ts";

/** A page of suppressed addresses, by address; optionally of one address. */
export const listSuppressions =
  (deps: ApiDeps): ServiceImpl<typeof CustomerService>["listSuppressions"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page, (cursor) => parseCursor(cursor) !== undefined);
    const addressKey = request.email === "" ? undefined : readAddress(request.email, "email").key;
    const found = await deps.database.withAgency(agencyId, (tx) =>
      selectSuppressions(
        tx,
        agencyId,
        after === undefined ? undefined : parseCursor(after),
        size + 1,
        addressKey,
      ),
    );
    const { rows, page } = makePage(found, size, (row) => joinCursor([row.address_key, row.reason]));
    const suppressions = rows.map((row) => ({
      email: row.address_key,
      reason: suppressionReasonOf[row.reason],
      source: row.source,
      since: timestampFromDate(row.since),
    }));
    return { suppressions, page };
  };

function parseCursor(cursor: string): { addressKey: string; reason: string } | undefined {
  const [addressKey, reason] = splitCursor(cursor, 2) ?? [];
  return typeof addressKey === "string" && typeof reason === "string" ? { addressKey, reason } : undefined;
}
