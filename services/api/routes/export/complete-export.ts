import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportCompletedSchema } from "#gen/fanfare/event/v1/export_pb.js";
import { completeExport as complete } from "#core/adapters/postgres/exports/move-export.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import type { ApiDeps } from "../../deps.ts";
import { publishSoon } from "../../publish-soon.ts";
import { requireService } from "../../rpc/caller.ts";
import { takenOver } from "./token-for.ts";

/** The file is in its place: the row says so from now on, and the fact is announced with it. */
export const completeExport =
  (deps: ApiDeps): ServiceImpl<typeof ExportWorkerService>["completeExport"] =>
  async ({ agencyId, exportId, attempt, rows, bytes, sha256, file }, context) => {
    requireService(context, "exporter");
    const timeMs = deps.nowMs();
    const completedAt = timestampFromMs(timeMs);
    const fact = create(ExportCompletedSchema, { agencyId, exportId, rows, bytes, sha256, completedAt });
    const message = eventEnvelope(ExportCompletedSchema, fact, {
      id: `${exportId}:completed`,
      source: "api",
      timeMs,
    });
    const outboxId = await deps.database.withAgency(agencyId, async (tx) => {
      const result = { rows: Number(rows), bytes: Number(bytes), sha256, file };
      if (!(await complete(tx, { agencyId, exportId, attempt }, result))) return undefined;
      return announce(tx, agencyId, message);
    });
    if (outboxId === undefined) throw takenOver(exportId, attempt);
    publishSoon(deps, [{ id: outboxId, message }]);
    return {};
  };
