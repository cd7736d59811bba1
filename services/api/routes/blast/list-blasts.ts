import type { ServiceImpl } from "@connectrpc/connect";
import { BlastState, type BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import {
  listBlasts as selectBlasts,
  type BlastQuery,
} from "#core/adapters/postgres/blasts-read/list-blasts.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { textOf } from "../../rpc/enums.ts";
import { makePage, readPage } from "../../rpc/page.ts";
import { blastMessage, blastStateOf } from "./blast-message.ts";

/** A page of blasts, newest first. */
export const listBlasts =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["listBlasts"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page);
    const found = await deps.database.withAgency(agencyId, (tx) =>
      selectBlasts(tx, {
        agencyId,
        ...rowsInState(request.state),
        includeDirect: request.includeDirect,
        beforeId: after,
        limit: size + 1,
      }),
    );
    const { rows, page } = makePage(found, size, (row) => row.id);
    return { blasts: rows.map(blastMessage), page };
  };

/** A blast is told to be paused while it is sending, so the two exclude each other. */
function rowsInState(state: BlastState): Pick<BlastQuery, "state" | "paused"> {
  if (state === BlastState.PAUSED) return { state: "sending", paused: true };
  if (state === BlastState.SENDING) return { state: "sending", paused: false };
  return { state: textOf(blastStateOf, state) };
}
