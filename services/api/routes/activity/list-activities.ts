import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import {
  type ActivityCursor,
  type ActivityRecord,
  listActivities as list,
} from "#core/adapters/postgres/activities/list-activities.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { isUuid, joinCursor, makePage, readPage, splitCursor } from "../../rpc/page.ts";

/** Facts about the agency's customers, or about one of them, newest first. A customer of another agency has none. */
export const listActivities =
  ({ database }: ApiDeps): ServiceImpl<typeof ActivityService>["listActivities"] =>
  async (request, context) => {
    const { agencyId } = requireRole(context, "viewer");
    const { size, after } = readPage(request.page, (cursor) => readCursor(cursor) !== undefined);
    const found = await database.withAgency(agencyId, (tx) =>
      list(tx, agencyId, {
        customerId: request.customerId === "" ? undefined : request.customerId,
        after: after === undefined ? undefined : readCursor(after),
        limit: size + 1,
      }),
    );
    const { rows, page } = makePage(found, size, cursorOf);
    const activities = rows.map((row) => ({
      customerId: row.customer_id,
      kind: row.kind,
      // Sequences begin with 1; 0 marks what is about no delivery.
      deliveryId: row.seq === 0 ? "" : `${row.source_id}.${row.seq}`,
      at: timestampFromDate(row.at),
      data: Object.fromEntries(Object.entries(row.data).map(([name, value]) => [name, String(value)])),
    }));
    return { activities, page };
  };

function cursorOf(row: ActivityRecord): string {
  return joinCursor([row.at_us, row.source_id, row.seq, row.step]);
}

function readCursor(cursor: string): ActivityCursor | undefined {
  const [atUs, sourceId, seq, step] = splitCursor(cursor, 4) ?? [];
  if (typeof sourceId !== "string" || !isUuid(sourceId)) return undefined;
  if (!isInteger(atUs) || !isInteger(seq) || !isInteger(step)) return undefined;
  return { atUs, sourceId, seq, step };
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
