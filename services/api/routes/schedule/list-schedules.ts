import type { ServiceImpl } from "@connectrpc/connect";
import type { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { listSchedules as list } from "#core/adapters/postgres/schedules/list-schedules.ts";
import type { ApiDeps } from "../../deps.ts";
import { callerOf, requireRole } from "../../rpc/caller.ts";
import { isUuid, joinCursor, makePage, readPage, splitCursor } from "../../rpc/page.ts";
import { scheduleMessage } from "./schedule-message.ts";

/** Schedules by next occurrence, for an operator without an agency those of all; those that have none left come last, if asked for. */
export const listSchedules =
  ({ database }: ApiDeps): ServiceImpl<typeof ScheduleService>["listSchedules"] =>
  async (request, context) => {
    const caller = callerOf(context);
    const everywhere = caller.kind === "operator" && caller.agencyId === undefined;
    const agencyId = everywhere ? undefined : requireRole(context, "viewer").agencyId;
    const { size, after } = readPage(request.page, (cursor) => readCursor(cursor) !== undefined);
    const query = (tx: Tx) =>
      list(tx, agencyId, {
        includeEnded: request.includeEnded,
        after: after === undefined ? undefined : readCursor(after),
        limit: size + 1,
      });
    const found = await (agencyId === undefined
      ? database.asSystem(query)
      : database.withAgency(agencyId, query));
    const { rows, page } = makePage(found, size, (row) => joinCursor([row.next_us, row.id]));
    return { schedules: rows.map(scheduleMessage), page };
  };

function readCursor(cursor: string): { nextUs: number; id: string } | undefined {
  const [nextUs, id] = splitCursor(cursor, 2) ?? [];
  if (!Number.isSafeInteger(nextUs) || typeof id !== "string" || !isUuid(id)) return undefined;
  return { nextUs: nextUs as number, id };
}
