// A provider that does not take the mail of one domain: it costs that domain time, the provider few calls, and nobody else anything.
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { FaultRule } from "#dev/sandbox/faults.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

let pipeline: Pipeline;
const healthyCustomers = 2_000;

/** What the metrics were told last, and the most that was open. */
const told = { open: 0, mostOpen: 0, kinds: new Map<string, number>() };

beforeAll(async () => {
  pipeline = await startPipeline();
  await pipeline.startListSender();
  await pipeline.startScheduler();
  await pipeline.startCustomerSender(() => ({
    meter: {
      answered: (kind) => void told.kinds.set(kind, (told.kinds.get(kind) ?? 0) + 1),
      openBreakers(count) {
        told.open = count;
        told.mostOpen = Math.max(told.mostOpen, count);
      },
    },
  }));
});
afterAll(() => pipeline?.close());
afterEach(() => {
  pipeline.sandbox.setFaults([]);
  told.mostOpen = 0;
});

async function blastTo(agency: AgencyRows, customers: number): Promise<string> {
  await createCustomerRows(pipeline.database, agency.agencyId, customers);
  return acceptBlastRows(pipeline.database, agency, { audience: { filter: {} } });
}

/** Milliseconds that a blast of an agency takes from its order to its end. */
async function timeOf(agency: AgencyRows): Promise<number> {
  const startedMs = performance.now();
  const blastId = await blastTo(agency, healthyCustomers);
  await pipeline.ended(blastId, 30_000);
  const tookMs = Math.round(performance.now() - startedMs);
  expect(await rowsOf(blastId)).toMatchObject({ attempts: 1, accepted: healthyCustomers });
  await mustBeRight(blastId, agency.agencyId);
  return tookMs;
}

async function rowsOf(blastId: string) {
  const { rows } = await pipeline.database.asSystem((tx) =>
    sql<{ attempts: number; steps: number; tries: number; accepted: number; busy: number }>`
      SELECT max(attempt)::int AS attempts, max(step)::int AS steps, sum(attempt)::int AS tries, (count(*) FILTER (WHERE state = 'accepted'))::int AS accepted,
        (SELECT count(*) FROM activities a WHERE a.source_id = ${blastId} AND a.data->>'reason' = 'provider_busy')::int AS busy
      FROM deliveries WHERE blast_id = ${blastId}`.execute(tx),
  );
  return rows[0]!;
}

async function mustBeRight(blastId: string, agencyId: string): Promise<void> {
  const audit = await auditBlast({ database: pipeline.database, sandboxUrl: pipeline.sandbox.url }, blastId);
  expect([...audit.problems, ...(await auditCredits(pipeline.database, agencyId))]).toEqual([]);
}

const onDomain = (domain: string, rule: Omit<FaultRule, "match">): FaultRule => ({
  ...rule,
  match: { domain, path: "/messages" },
});

it(
  "survives a storm of refusals with few tries a delivery, and everyone gets the mail",
  { timeout: 180_000 },
  async () => {
    const agency = await createAgencyRows(pipeline.database);
    pipeline.sandbox.setFaults([onDomain(agency.domain, { kind: "429", count: 6, retryAfterSeconds: 1 })]);
    const blastId = await blastTo(agency, 3_000);
    // Its six refusals set a pace that is found again within a minute.
    await pipeline.ended(blastId, 160_000);
    const rows = await rowsOf(blastId);
    expect(rows.accepted).toBe(3_000);
    // The calls that were under way when it began, and one for each probe of the same delivery.
    expect(rows.attempts).toBeLessThanOrEqual(5);
    expect(rows.busy).toBeGreaterThan(0);
    await mustBeRight(blastId, agency.agencyId);
  },
);

it(
  "lets an outage of one domain for 20 s hold up nobody else, and closes by itself",
  { timeout: 120_000 },
  async () => {
    const calmMs = await timeOf(await createAgencyRows(pipeline.database));
    const broken = await createAgencyRows(pipeline.database, { settings: { doubt_policy: "resend" } });
    const healthy = await createAgencyRows(pipeline.database);
    pipeline.sandbox.setFaults([onDomain(broken.domain, { kind: "500-before" })]);
    const brokenBlast = await blastTo(broken, 5_000);
    await until("the breaker to open", 20_000, () => told.open === 1);
    const outageStartedMs = performance.now();

    // In the midst of it, in the same lane. The machine is shared, so only what would be a wait for the outage counts.
    const healthyMs = await timeOf(healthy);
    expect(healthyMs).toBeLessThan(2 * calmMs + 5_000);

    await until("the outage's 20 s", 25_000, () => performance.now() - outageStartedMs > 20_000);
    expect((await rowsOf(brokenBlast)).accepted).toBe(0);
    const callsWhileOut = told.kinds.get("in_doubt") ?? 0;
    pipeline.sandbox.setFaults([]);
    await pipeline.ended(brokenBlast, 60_000);
    const rows = await rowsOf(brokenBlast);
    if (process.env["TEST_LOG"] !== undefined)
      console.log(JSON.stringify({ calmMs, healthyMs, callsWhileOut, ...rows }));
    expect(rows.accepted).toBe(5_000);
    // Five calls in a row open the breaker (others may be under way then); after that a try is a probe with one mail.
    expect(rows.attempts).toBeLessThanOrEqual(6);
    expect(rows.tries).toBeLessThanOrEqual(5_000 + 9 * 500 + 50);
    expect(callsWhileOut).toBeLessThan(30);
    expect(told.open).toBe(0);
    await mustBeRight(brokenBlast, broken.agencyId);
  },
);
