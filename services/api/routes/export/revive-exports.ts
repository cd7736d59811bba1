import type { ServiceImpl } from "@connectrpc/connect";
import type { ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { takeStalledExports } from "#core/adapters/postgres/exports/stalled-exports.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireService } from "../../rpc/caller.ts";
import { exportOrder } from "./export-order.ts";

// A running export reports every few seconds; one that waits behind others is only announced twice.
const quietMs = 10 * 60_000;
// One call a minute; more are taken by the next ones.
const maxRevived = 100;

/** The broker may lose a message; the row knows that it was never worked off. The relay publishes what this writes. */
export const reviveExports =
  ({ database, nowMs, log }: ApiDeps): ServiceImpl<typeof ExportWorkerService>["reviveExports"] =>
  async (_, context) => {
    requireService(context, "exporter");
    const revived = await database.asSystem(async (tx) => {
      const stalled = await takeStalledExports(tx, quietMs, maxRevived);
      for (const row of stalled) await announce(tx, row.agency_id, exportOrder(row, nowMs()));
      return stalled.length;
    });
    if (revived > 0) log.info({ revived }, "exports revived");
    return { revived };
  };
