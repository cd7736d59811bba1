// The real sender as a process of its own beside the real API, and receivers that a test steers.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import type { ManagedProcess } from "#dev/stack/process.ts";
import { startWebhookSender } from "#dev/stack/services.ts";
import { AgencyService, type Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { type WebhookMessage, WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { BlastCompletedSchema } from "#gen/fanfare/event/v1/blast_pb.js";
import { startTestApi } from "#test/support/api.ts";
import { natsServerUrl } from "#test/support/servers.ts";
import { until } from "#test/support/until.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

/** Waits that a test can sit out: a lease is twice the time-out. */
const hurry = { FANFARE_WEBHOOK_TIMEOUT_MS: "1000", FANFARE_WEBHOOK_BACKOFF_MS: "20" };

export type WebhookBed = Awaited<ReturnType<typeof startWebhookBed>>;

export async function startWebhookBed() {
  const api = await startTestApi();
  api.deps.config.webhooksAllowPrivate = true;
  const agency = await api.createTestAgency();
  const client = createClient(WebhookService, agency.transport);
  const logs = mkdtempSync(join(tmpdir(), "fanfare-webhooks-"));
  const senders: ManagedProcess[] = [];
  const receivers: Receiver[] = [];

  return {
    api,
    agency,
    client,
    async startSender(env: Record<string, string> = {}): Promise<ManagedProcess> {
      const sender = await startWebhookSender({
        env: {
          DATABASE_URL: api.databaseUrl,
          NATS_URL: natsServerUrl(),
          FANFARE_WEBHOOKS_ALLOW_PRIVATE: "true",
          ...hurry,
          ...env,
        },
        port: 0,
        logDirectory: logs,
        echo: false,
      });
      senders.push(sender);
      return sender;
    },
    async startReceiver(types: string[] = []) {
      const receiver = await startReceiver();
      receivers.push(receiver);
      const made = await client.createEndpoint({ url: receiver.url, types });
      return { receiver, endpointId: made.endpoint?.id ?? "", secret: made.secret };
    },
    /** A fact as the programs announce it. Answers its blast. */
    async announceFact(agencyId: string = agency.agencyId): Promise<string> {
      const blastId = randomUUID();
      const fact = create(BlastCompletedSchema, { agencyId, blastId, audience: 3, accepted: 2, skipped: 1 });
      const about = { id: `${blastId}:ended`, source: "test", timeMs: Date.now() };
      await api.database.withAgency(agencyId, (tx) =>
        announce(tx, agencyId, eventEnvelope(BlastCompletedSchema, fact, about)),
      );
      return blastId;
    },
    /** The service as a user of the agency with this role sees it. */
    async clientOf(role: Role) {
      const users = createClient(AgencyService, agency.transport);
      const { secret } = await users.createApiKey({ name: "test", role });
      return createClient(WebhookService, api.transportWith(secret));
    },
    async messages(endpointId: string): Promise<WebhookMessage[]> {
      return (await client.listAttempts({ endpointId })).messages;
    },
    /** Waits until a receiver has so many requests. */
    async received(receiver: Receiver, count: number, withinMs = 10_000): Promise<void> {
      await until(
        `${count} requests`,
        withinMs,
        () => receiver.got.length >= count,
        () => receiver.got,
      );
    },
    /** Ends what a test started, so that the next begins alone. */
    async clear() {
      await Promise.all(senders.splice(0).map((sender) => sender.stop()));
      await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
      const { endpoints } = await client.listEndpoints({});
      for (const { id } of endpoints) await client.deleteEndpoint({ endpointId: id });
    },
    async close() {
      await api.close();
      rmSync(logs, { recursive: true, force: true });
    },
  };
}

/** Lets an end point have failed for so long, as PostgreSQL writes intervals. */
export async function failingSince(tx: Tx, endpointId: string, ago: string): Promise<void> {
  await sql`UPDATE webhook_endpoints SET failing_since = now() - ${ago}::interval WHERE id = ${endpointId}`.execute(
    tx,
  );
}

/** Lets the day after a rotation be over. */
export async function endOldSecret(tx: Tx, endpointId: string): Promise<void> {
  await sql`UPDATE webhook_endpoints SET old_secret_until = now() WHERE id = ${endpointId}`.execute(tx);
}
