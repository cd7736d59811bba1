// Whole processes, a blast in the middle, and hands that break things. Shared by the fault tests; one stack for each file.
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { sql } from "kysely";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { workContract } from "#core/runtime/contract.ts";
import { allWorkContracts } from "#core/runtime/contracts.ts";
import type { ManagedProcess } from "#dev/stack/process.ts";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits, type BlastAudit } from "#test/support/audit-blast.ts";
import { until } from "#test/support/until.ts";

/** As many as issue and design speak of. */
export const customers = 5_000;
/** The fault comes when so many were accepted: the blast is under way, and most of it is still to come. */
const inTheMiddle = 1_000;
/** A test's own bound for the rest of the blast, fault and settlement of doubts included. */
const endWithinMs = 50_000 + Number(process.env["FANFARE_TEST_OUTAGE_MS"] ?? 0);

/** Production's numbers made short, in their order: call < lease < horizon. */
const env = {
  LOG_LEVEL: "info",
  MAILGUN_TIMEOUT_MS: "2000",
  MAILGUN_BATCH_MAX: "100",
  FANFARE_LEASE_MS: "10000",
  FANFARE_STALL_MS: "2000",
  FANFARE_DOUBT_HORIZON_MS: "6000",
};
/** The broker hands out again what a dead worker held; production waits a minute. */
const ackWaitMs = 3_000;
const providerLatencyMs = 100;

export type FaultBed = {
  stack: Stack;
  database: Database;
  agency: AgencyRows;
  /** Starts a blast and returns when it is under way. */
  blastUnderWay(): Promise<string>;
  /** Waits until it has ended and no doubt is left, and audits it. */
  ended(blastId: string): Promise<BlastAudit>;
  /** Also after each restart of a service, which puts the contract's own ack wait back. */
  shortenAckWait(): Promise<void>;
  kill(process: ManagedProcess): Promise<void>;
  stop(): Promise<void>;
};

export async function startFaultBed(o: { customerSenders?: number } = {}): Promise<FaultBed> {
  // A server that somebody else owns cannot be killed.
  delete process.env["NATS_URL"];
  delete process.env["DATABASE_URL"];
  const stack = await startStack({ env, instances: { customerSender: o.customerSenders ?? 1 } });
  const database = openDatabase({
    url: stack.databaseUrl,
    applicationName: "test",
    onIdleError: () => undefined,
  });
  const agency = await createAgencyRows(database);
  const ids = await createCustomerRows(database, agency.agencyId, customers);
  const listId = await createList(database, agency, ids);
  await postJson(`${stack.sandboxUrl}/_sandbox/config`, { latencyMs: providerLatencyMs });

  const accepted = async (blastId: string): Promise<number> => {
    const { rows } = await database.asSystem((tx) =>
      sql<{ accepted: number }>`SELECT coalesce(sum(accepted), 0)::int AS accepted FROM blast_progress WHERE blast_id = ${blastId}`.execute(tx),
    );
    return rows[0]!.accepted;
  }; // prettier-ignore
  const remaining = async (blastId: string): Promise<Record<string, number> | "ended"> => {
    const { rows } = await database.asSystem((tx) =>
      sql<{ state: string; count: number; ended: boolean; doubts: number }>`
        SELECT d.state, count(*)::int AS count, bool_and(b.completed_at IS NOT NULL) AS ended
        FROM deliveries d JOIN blasts b ON b.id = d.blast_id WHERE d.blast_id = ${blastId} GROUP BY d.state`.execute(tx),
    );
    const open = rows.filter(({ state }) => !["accepted", "skipped", "rejected", "held"].includes(state));
    if (rows.length > 0 && open.length === 0 && rows.every(({ ended }) => ended)) return "ended";
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }; // prettier-ignore
  const away = () => undefined;

  const bed: FaultBed = {
    stack,
    database,
    agency,
    async blastUnderWay() {
      await bed.shortenAckWait();
      const blastId = await acceptBlastRows(database, agency, { audience: { listId } });
      await until("the blast to be under way", 20_000, async () => (await accepted(blastId)) >= inTheMiddle, () => remaining(blastId));
      return blastId;
    },
    async ended(blastId) {
      await until(
        "the blast to end", endWithinMs,
        async () => (await remaining(blastId).catch(away)) === "ended",
        () => remaining(blastId).catch(away),
      );
      const audit = await auditBlast({ database, sandboxUrl: stack.sandboxUrl }, blastId);
      audit.problems.push(...(await auditCredits(database, agency.agencyId)));
      return audit;
    },
    async shortenAckWait() {
      const connection = await connect({ servers: new URL(stack.natsUrl).host });
      try {
        const manager = await jetstreamManager(connection);
        for (const { stream, lanes } of allWorkContracts.map((desc) => workContract(desc)))
          for (const { durable } of lanes) {
            const { config } = await manager.consumers.info(stream, durable);
            await manager.consumers.update(stream, durable, { ...config, ack_wait: ackWaitMs * 1_000_000 });
          }
      } finally {
        await connection.close();
      }
    },
    kill: (process) => process.kill9(),
    async stop() {
      await database.close();
      await stack.stop();
    },
  }; // prettier-ignore
  return bed;
}

async function createList(database: Database, { agencyId }: AgencyRows, ids: string[]): Promise<string> {
  return database.withAgency(agencyId, async (tx) => {
    const { id } = await tx.insertInto("customer_lists").values({ agency_id: agencyId, name: "All" }).returning("id").executeTakeFirstOrThrow();
    await sql`INSERT INTO customer_list_members (list_id, customer_id, agency_id) SELECT ${id}, c, ${agencyId} FROM unnest(${ids}::uuid[]) c`.execute(tx);
    return id;
  });
} // prettier-ignore

/** Steers the sandbox. */
export async function postJson(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
} // prettier-ignore
