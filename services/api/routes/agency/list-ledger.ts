import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { listLedger as list } from "#core/adapters/postgres/credits-admin/list-ledger.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { makePage, readPage } from "../../rpc/page.ts";

/** Entries of the ledger, newest first. */
export const listLedger =
  ({ database }: ApiDeps): ServiceImpl<typeof AgencyService>["listLedger"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const found = await database.withAgency(agencyId, (tx) => list(tx, agencyId, after, size + 1));
    const { rows, page } = makePage(found, size, (row) => row.id);
    const entries = rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      amount: BigInt(row.amount),
      reserved: BigInt(row.reserved),
      blastId: row.blast_id ?? "",
      note: row.note,
      at: timestampFromDate(row.at),
    }));
    return { entries, page };
  };
