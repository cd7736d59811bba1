import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportFailedSchema } from "#gen/fanfare/event/v1/export_pb.js";
import { failExport as giveUp } from "#core/adapters/postgres/exports/move-export.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import type { ApiDeps } from "../../deps.ts";
import { publishSoon } from "../../publish-soon.ts";
import { requireService } from "../../rpc/caller.ts";
import { takenOver } from "./token-for.ts";

/** An export was given up. Its message is a dead letter; putting that back on the queue tries the export again. */
export const failExport =
  (deps: ApiDeps): ServiceImpl<typeof ExportWorkerService>["failExport"] =>
  async ({ agencyId, exportId, attempt, failure }, context) => {
    requireService(context, "exporter");
    const timeMs = deps.nowMs();
    const fact = create(ExportFailedSchema, {
      agencyId,
      exportId,
      failure,
      failedAt: timestampFromMs(timeMs),
    });
    const message = eventEnvelope(ExportFailedSchema, fact, {
      id: `${exportId}:failed:${attempt}:${timeMs}`,
      source: "api",
      timeMs,
    });
    const outboxId = await deps.database.withAgency(agencyId, async (tx) =>
      (await giveUp(tx, { agencyId, exportId, attempt }, failure))
        ? announce(tx, agencyId, message)
        : undefined,
    );
    if (outboxId === undefined) throw takenOver(exportId, attempt);
    publishSoon(deps, [{ id: outboxId, message }]);
    return {};
  };
