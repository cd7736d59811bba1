import { randomUUID } from "node:crypto";
import { createClient, type Client, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Database } from "#core/adapters/postgres/database.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import type { ApiDeps } from "../../services/api/deps.ts";
import { openDeps } from "../../services/api/open-deps.ts";
import { serveApi } from "../../services/api/serve.ts";
import { createTestDatabase } from "./database.ts";
import { natsServerUrl } from "./servers.ts";

/** An agency made for a test. `transport` carries its admin's key. */
export type TestAgency = {
  agencyId: string;
  userId: string;
  apiKey: string;
  transport: Transport;
};

/** The real API on a database of its own, with NATS connected. */
export type TestApi = {
  url: string;
  databaseUrl: string;
  database: Database;
  deps: ApiDeps;
  operatorKey: string;
  /** Calls as operator; `agencyId` acts for an agency. */
  operatorTransport(agencyId?: string): Transport;
  /** Calls with any key. */
  transportWith(apiKey: string): Transport;
  createTestAgency(o?: { name?: string; credits?: number }): Promise<TestAgency>;
  /** Stops listening, as on SIGTERM; `close` does it too. */
  stopServing(): Promise<void>;
  close(): Promise<void>;
};

/** What unsubscribe links and webhooks are signed with. */
export const linkSecret = "a-secret-for-tests-of-thirty-two-characters";
export const webhookSigningKey = "signing-key-for-tests";
/** What the exporter shows. */
export const exporterKey = "exporter-key-for-tests";

/** Boots the API as production does. `overrides` replace parts. */
export async function startTestApi(overrides: Partial<ApiDeps> = {}): Promise<TestApi> {
  const { url: databaseUrl, database, drop } = await createTestDatabase();
  const operatorKey = `operator-${randomUUID()}`;
  const config = {
    databaseUrl,
    natsUrl: natsServerUrl(),
    host: "127.0.0.1",
    port: 0,
    operatorKey,
    logLevel: "silent",
    linkSecret,
    webhookSigningKey,
    exporterKey,
  };
  const { deps, connected, close } = openDeps(config, {
    log: createLogger({ service: "api", level: "silent" }),
    metrics: createMetrics(),
    ...overrides,
  });
  await connected;
  const served = await serveApi(deps);
  const { url } = served;
  const transportWith = (apiKey: string) => transportTo(url, { authorization: `Bearer ${apiKey}` });
  const operatorTransport = (agencyId?: string) =>
    transportTo(url, {
      authorization: `Bearer ${operatorKey}`,
      ...(agencyId === undefined ? {} : { "fanfare-agency": agencyId }),
    });
  return {
    url,
    databaseUrl,
    database,
    deps,
    operatorKey,
    operatorTransport,
    transportWith,
    async createTestAgency(o = {}) {
      const agency = await createAgency(createClient(AgencyService, operatorTransport()), o.name);
      if (o.credits !== undefined) {
        const client = createClient(AgencyService, operatorTransport(agency.agencyId));
        await client.topUpCredits({ idempotencyKey: randomUUID(), amount: BigInt(o.credits) });
      }
      return { ...agency, transport: transportWith(agency.apiKey) };
    },
    stopServing: () => served.close(),
    async close() {
      await served.close();
      await close();
      await drop();
    },
  };
}

/** A Connect transport that sends these headers with every call. */
export function transportTo(baseUrl: string, headers: Record<string, string>): Transport {
  const withHeaders: Interceptor = (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
  return createConnectTransport({ baseUrl, httpVersion: "1.1", interceptors: [withHeaders] });
}

async function createAgency(client: Client<typeof AgencyService>, name = "Storm Insurance") {
  const { agency, admin, apiKey } = await client.createAgency({
    idempotencyKey: randomUUID(),
    settings: { name, sendingDomain: "mail.example.com", timeZone: "America/Chicago" },
    adminEmail: `admin-${randomUUID()}@example.com`,
    adminName: "Ada Admin",
  });
  if (agency === undefined || admin === undefined)
    throw new Error("CreateAgency answered without its agency");
  return { agencyId: agency.id, userId: admin.id, apiKey };
}
