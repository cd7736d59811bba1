// `node bench/export.ts`: one million deliveries as CSV and as Parquet, the exporter killed on the way; how fast, in how much memory, and is every
// row there once. EXPORT_ROWS sets another number.
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { insertAgency } from "#core/adapters/postgres/agencies/insert-agency.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { createLogger } from "#core/runtime/log.ts";
import { toolPath } from "#dev/bootstrap/tools.ts";
import { startProcess } from "#dev/stack/process.ts";
import { listeningUrl } from "#dev/stack/services.ts";
import { startStack } from "#dev/stack/stack.ts";
import { ExportService, ExportState } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportFormat, ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { duckdb, insertBlast } from "../test/integration/export/export-rows.ts";
import { until } from "../test/support/until.ts";

const rows = Number(process.env["EXPORT_ROWS"] ?? 1_000_000);
const limitMs = 30 * 60_000;
const exporterKey = "exporter-key-of-the-bench";

const directory = mkdtempSync(join(tmpdir(), "fanfare-export-bench-"));
const store = pathToFileURL(directory).href;
const stack = await startStack({
  instances: { listSender: 0, customerSender: 0, scheduler: 0 },
  sandbox: false,
  serviceEnv: { api: { FANFARE_EXPORTER_KEY: exporterKey, FANFARE_EXPORT_STORE: store } },
});
const database = openDatabase({ url: stack.databaseUrl });
const connection = await connectNats({
  url: stack.natsUrl,
  name: "bench",
  log: createLogger({ service: "bench", level: "warn" }),
});
// A dead exporter's message comes again after two seconds instead of a minute.
const hurry = () =>
  applyTopology(connection, [...allWorkContracts, ...allEventContracts], {
    override: (contract) => ({ ...contract, ackWaitMs: 2_000 }),
  });

/** Resident memory in MiB and CPU seconds so far; undefined when the process is gone. */
function usage(pid: number): { mib: number; cpu: number } | undefined {
  try {
    const mib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return { mib, cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return undefined;
  }
}

async function measure(agencyId: string, blastId: string, name: string, format: ExportFormat, table: string) {
  const headers = { authorization: `Bearer ${stack.operatorKey}`, "fanfare-agency": agencyId };
  const transport = createConnectTransport({
    baseUrl: stack.apiUrl,
    httpVersion: "1.1",
    interceptors: [
      (next) => (request) => {
        for (const [key, value] of Object.entries(headers)) request.header.set(key, value);
        return next(request);
      },
    ],
  });
  const client = createClient(ExportService, transport);
  const exporter = await startProcess({
    name: "exporter",
    command: toolPath("exporter"),
    readyLine: listeningUrl,
    env: {
      NATS_URL: stack.natsUrl,
      FANFARE_URL: stack.apiUrl,
      FANFARE_EXPORTER_KEY: exporterKey,
      FANFARE_EXPORT_STORE: store,
      FANFARE_HEALTH_PORT: "0",
      GOMAXPROCS: "1",
      GOMEMLIMIT: "64MiB",
    },
  });
  // Not before: the api applies the contract's own when it starts.
  await hurry();
  const spec = { subject: ExportSubject.DELIVERIES, format, blastId };
  const made = await client.requestExport({ idempotencyKey: randomUUID(), spec });
  const exportId = made.export?.id ?? "";
  const memory: { rows: number; mib: number }[] = [];
  let cpu = 0;
  const look = async () => {
    const { export: found } = await client.getExport({ exportId });
    const now = usage(exporter.pid);
    if (now !== undefined) {
      memory.push({ rows: Number(found?.rows), mib: now.mib });
      cpu = now.cpu;
    }
    return { rows: Number(found?.rows), ended: (found?.state ?? 0) >= ExportState.COMPLETED };
  };
  const attempt = () =>
    database.asSystem((tx) =>
      tx.selectFrom("exports").select("attempt").where("id", "=", exportId).executeTakeFirstOrThrow(),
    );

  const startedMs = performance.now();
  await until("a third to be safe", limitMs, async () => (await look()).rows > rows / 3);
  const cpuBefore = cpu;
  await exporter.kill9();
  const killedAt = (await look()).rows;
  const downMs = performance.now();
  await exporter.restart();
  await until("it to go on", limitMs, async () => (await attempt()).attempt > 1);
  const awayMs = performance.now() - downMs;
  await until("the export to end", limitMs, async () => (await look()).ended);
  const seconds = (performance.now() - startedMs - awayMs) / 1000;

  const file = join(directory, agencyId, exportId, `${(await attempt()).attempt}.${name}`);
  const summary = duckdb(
    `SELECT count(*), count(DISTINCT sequence), min(sequence), max(sequence) FROM ${table}`,
    file,
  );
  const right = summary === `${rows} ${rows} 1 ${rows}`;
  const most = (from: number, to: number) =>
    Math.max(
      0,
      ...memory.filter((each) => each.rows >= from * rows && each.rows <= to * rows).map(({ mib }) => mib),
    ).toFixed(0);
  console.log(
    `${name}: ${rows} rows, ${(statSync(file).size / 2 ** 20).toFixed(0)} MiB in ${seconds.toFixed(1)} s = ${Math.round(rows / seconds)} rows/s; ` +
      `exporter ${(((cpu + cpuBefore) / rows) * 1e6).toFixed(1)} µs of CPU a row; killed at row ${killedAt}, went on ${(awayMs / 1000).toFixed(1)} s later; ` +
      `RSS at most ${most(0, 0.33)} MiB in the first third, ${most(0.33, 0.67)} in the second, ${most(0.67, 1)} in the last; ` +
      `DuckDB: ${right ? "every row once" : `WRONG: ${summary}`}`,
  );
  await exporter.stop();
  if (!right) process.exitCode = 1;
}

try {
  const blastId = randomUUID();
  const agencyId = await database.asSystem(async (tx) => {
    const { id } = await insertAgency(tx, {
      name: "Bench",
      sending_domain: "bench.example.com",
      verify_addresses: false,
    });
    await insertBlast(tx, id, blastId, rows);
    return id;
  });
  await measure(agencyId, blastId, "csv", ExportFormat.CSV, "read_csv($1, header = true)");
  await measure(agencyId, blastId, "parquet", ExportFormat.PARQUET, "read_parquet($1)");
} finally {
  await connection.close();
  await database.close();
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
}
