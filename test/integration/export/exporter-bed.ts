// The real exporter beside the real API, on a broker of their own where a dead exporter's message comes again after two seconds.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@connectrpc/connect";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { createLogger } from "#core/runtime/log.ts";
import { toolPath } from "#dev/bootstrap/tools.ts";
import { startNats } from "#dev/stack/nats.ts";
import { startProcess, type ManagedProcess } from "#dev/stack/process.ts";
import { listeningUrl } from "#dev/stack/services.ts";
import { type Export, ExportService, ExportState } from "#gen/fanfare/api/v1/export_pb.js";
import type { ExportFormat } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { exporterKey, startTestApi } from "#test/support/api.ts";
import { until } from "#test/support/until.ts";
import { insertBlast } from "./export-rows.ts";
import { exportDirectory } from "../../../services/api/export-directory.ts";

const ackWaitMs = 2_000;
const log = createLogger({ service: "test", level: "silent" });

export type ExporterBed = Awaited<ReturnType<typeof startExporterBed>>;

export async function startExporterBed() {
  // A broker that somebody else owns has other workers and a longer ack wait.
  delete process.env["NATS_URL"];
  const directory = mkdtempSync(join(tmpdir(), "fanfare-exports-"));
  const store = pathToFileURL(directory).href;
  const nats = await startNats();
  const connection = await connectNats({ url: nats.url, name: "test", log });
  await applyTopology(connection, [...allWorkContracts, ...allEventContracts], {
    override: (contract) => ({ ...contract, ackWaitMs }),
  });
  const api = await startTestApi({
    publisher: createPublisher(connection),
    exportFiles: exportDirectory(store),
  });
  const agency = await api.createTestAgency();
  const exporters: ManagedProcess[] = [];

  return {
    api, agency, directory, connection,
    client: createClient(ExportService, agency.transport),
    async startExporter(env: Record<string, string> = {}) {
      const exporter = await startProcess({
        name: "exporter", command: toolPath("exporter"), readyLine: listeningUrl,
        env: {
          NATS_URL: nats.url, FANFARE_URL: api.url, FANFARE_EXPORTER_KEY: exporterKey, FANFARE_EXPORT_STORE: store, FANFARE_HEALTH_PORT: "0",
          GOMAXPROCS: "1", GOMEMLIMIT: "64MiB", ...env,
        },
      });
      exporters.push(exporter);
      return exporter;
    },
    /** A blast whose deliveries have these sequences, 1 to `count`. */
    async blastOf(count: number): Promise<string> {
      const blastId = randomUUID();
      await api.database.asSystem((tx) => insertBlast(tx, agency.agencyId, blastId, count));
      return blastId;
    },
    async request(blastId: string, format: ExportFormat): Promise<string> {
      const spec = { subject: ExportSubject.DELIVERIES, format, blastId };
      const made = await createClient(ExportService, agency.transport).requestExport({ idempotencyKey: randomUUID(), spec });
      return made.export?.id ?? "";
    },
    async find(exportId: string): Promise<Export> {
      const found = await createClient(ExportService, agency.transport).getExport({ exportId });
      if (found.export === undefined) throw new Error("GetExport answered without its export");
      return found.export;
    },
    async completed(exportId: string, withinMs = 60_000): Promise<Export> {
      await until("the export to end", withinMs, async () => (await this.find(exportId)).state >= ExportState.COMPLETED);
      return this.find(exportId);
    },
    async attempts(exportId: string): Promise<number> {
      const row = await api.database.asSystem((tx) =>
        tx.selectFrom("exports").select("attempt").where("id", "=", exportId).executeTakeFirstOrThrow(),
      );
      return row.attempt;
    },
    async close() {
      for (const exporter of exporters) await exporter.stop();
      await api.close();
      await connection.close();
      await nats.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  }; // prettier-ignore
}
