import { randomUUID } from "node:crypto";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { Health, HealthCheckResponse_ServingStatus as Status } from "#gen/grpc/health/v1/health_pb.js";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { startTestApi, transportTo } from "#test/support/api.ts";
import { startCuttableProxy } from "#test/support/cuttable-proxy.ts";
import { createTestDatabase } from "#test/support/database.ts";
import { errorOf } from "#test/support/error-of.ts";
import { natsServerUrl } from "#test/support/servers.ts";
import { openDeps } from "../../../services/api/open-deps.ts";
import { serveApi } from "../../../services/api/serve.ts";

// Each test adds what it opened; closed in reverse.
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function serveWith(o: { databaseUrl: string; natsUrl: string }) {
  const operatorKey = `operator-${randomUUID()}`;
  const { deps, close } = openDeps(
    { ...o, host: "127.0.0.1", port: 0, operatorKey, logLevel: "silent" },
    { log: createLogger({ service: "api", level: "silent" }), metrics: createMetrics() },
  );
  const served = await serveApi(deps);
  opened.push(close, () => served.close());
  return { url: served.url, transport: transportTo(served.url, { "x-api-key": operatorKey }) };
}

describe("an API whose PostgreSQL is away", () => {
  it("answers Unavailable with a hint, says so in its health, and recovers by itself", async () => {
    const { url, drop } = await createTestDatabase();
    opened.push(drop);
    const target = new URL(url);
    const proxy = await startCuttableProxy({ host: target.hostname, port: Number(target.port) });
    opened.push(() => proxy.close());
    target.port = String(proxy.port);
    const api = await serveWith({ databaseUrl: target.toString(), natsUrl: natsServerUrl() });
    const agencies = createClient(AgencyService, api.transport);
    await agencies.listAgencies({});
    proxy.cut();
    const error = await errorOf(agencies.listAgencies({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ reason: "database_unavailable" });
    const withKey = createClient(
      AgencyService,
      transportTo(api.url, { "x-api-key": `ff_abcdefgh_${"a".repeat(43)}` }),
    );
    expect(await errorOf(withKey.getAgency({}))).toMatchObject({ code: Code.Unavailable });
    const health = createClient(Health, createGrpcTransport({ baseUrl: api.url }));
    await expect.poll(async () => (await health.check({})).status).toBe(Status.NOT_SERVING);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    proxy.mend();
    await expect
      .poll(() =>
        agencies.listAgencies({}).then(
          () => "ok",
          () => "away",
        ),
      )
      .toBe("ok");
    await expect.poll(async () => (await health.check({})).status).toBe(Status.SERVING);
  });
});

describe("an API whose connections to PostgreSQL are all in use", () => {
  it("says so and when to come again, stays ready, and still refuses what needs no database at once", async () => {
    const { url, drop } = await createTestDatabase();
    const database = openDatabase({ url, maxConnections: 1, connectTimeoutMs: 200 });
    opened.push(drop, () => database.close());
    const api = await startTestApi({ database });
    opened.push(() => api.close());
    const agencies = createClient(AgencyService, api.operatorTransport());
    await agencies.listAgencies({});
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    const { promise: held, resolve: hasAll } = Promise.withResolvers<void>();
    const holding = database.asSystem(async (tx) => {
      await sql`SELECT 1`.execute(tx);
      hasAll();
      await hold;
    });
    await held;
    const error = await errorOf(agencies.listAgencies({}));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ reason: "database_busy" });
    expect(error.metadata.get("retry-after")).toBe("1");
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    const nobody = createClient(AgencyService, transportTo(api.url, {}));
    expect(await errorOf(nobody.listAgencies({}))).toMatchObject({ code: Code.Unauthenticated });
    release();
    await holding;
    expect((await agencies.listAgencies({})).agencies).toEqual([]);
  });
});

describe("an API whose NATS is away", () => {
  it("starts and serves; only the control room is Unavailable", async () => {
    const { url, drop } = await createTestDatabase();
    opened.push(drop);
    const api = await serveWith({ databaseUrl: url, natsUrl: "nats://127.0.0.1:1" });
    expect((await createClient(AgencyService, api.transport).listAgencies({})).agencies).toEqual([]);
    const error = await errorOf(createClient(QueueService, api.transport).listQueues({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ reason: "broker_unavailable" });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  });
});

describe("an API that is told to stop", () => {
  it("ends streams with Unavailable, lets calls finish, and takes no new ones", async () => {
    const api = await startTestApi();
    const agency = await api.createTestAgency();
    const statuses: Status[] = [];
    const { promise: watched, resolve: hasWatched } = Promise.withResolvers<void>();
    const stream = errorOf(
      (async () => {
        const health = createClient(Health, createGrpcTransport({ baseUrl: api.url }));
        for await (const { status } of health.watch({})) {
          statuses.push(status);
          hasWatched();
        }
      })(),
    );
    await watched;
    // A pause waits for the agency's gate, which this holds.
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    const { promise: held, resolve: hasGate } = Promise.withResolvers<void>();
    const claim = api.database.withAgency(agency.agencyId, async (tx) => {
      await sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`fanfare:gate:${agency.agencyId}`}, 0))`.execute(
        tx,
      );
      hasGate();
      await hold;
    });
    await held;
    const pausing = createClient(AgencyService, agency.transport).pauseAgency({});
    const waiting = async () =>
      (
        await api.database.asSystem((tx) =>
          sql<{
            n: number;
          }>`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`.execute(tx),
        )
      ).rows[0]?.n;
    await expect.poll(waiting).toBeGreaterThan(0);
    const closing = api.stopServing();
    const ended = await stream;
    expect(ended.code).toBe(Code.Unavailable);
    expect(statuses).toEqual([Status.SERVING]);
    await expect(fetch(`${api.url}/healthz`)).rejects.toThrow();
    release();
    expect((await pausing).agency?.paused).toBe(true);
    await claim;
    await closing;
    await api.close();
  });
});
