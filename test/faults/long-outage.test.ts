// For an hour nobody can connect to the provider. The clocks that count here run fast: the rows' clock, by which retries are due, and
// customer-sender's own, by which its breaker opens and its leases end. The programs, the broker and the database are the real ones.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "kysely";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { freePort } from "#dev/stack/ports.ts";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { startToxicProxy, type ToxicProxy } from "#test/chaos/proxy/toxic-proxy.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { passTime } from "#test/support/pass-time.ts";
import { until } from "#test/support/until.ts"; // prettier-ignore

const testTimeoutMs = 180_000;
const customers = 300;
/** An hour takes 18 s. */
const factor = 200;
const hourMs = 3_600_000;
/** Beyond this after the outage somebody was forgotten: the longest back-off is five minutes, the breaker's half a minute. */
const caughtUpWithinMs = 15 * 60_000;
const stepMs = 100;
/** Whoever moves all rows meets whoever writes some; one of them is told to try again. */
const deadlock = "40P01";

let stack: Stack;
let proxy: ToxicProxy;
let database: Database;
let agency: AgencyRows;
let ids: string[];

beforeAll(async () => {
  delete process.env["NATS_URL"];
  delete process.env["DATABASE_URL"];
  const sandboxPort = await freePort();
  proxy = await startToxicProxy("provider", sandboxPort);
  stack = await startStack({
    sandboxPort,
    env: {
      MAILGUN_API_URL: `http://127.0.0.1:${proxy.port}`,
      // In fast time, all of them: 3 s.
      FANFARE_LEASE_MS: "600000",
      FANFARE_STALL_MS: "600000",
      MAILGUN_TIMEOUT_MS: "2000",
    },
    serviceEnv: {
      customerSender: {
        NODE_OPTIONS: `--import=${join(PROJECT_DIRECTORY, "test/faults/fast-clock.ts")}`,
        FANFARE_TEST_CLOCK_FACTOR: `${factor}`,
      },
    },
  });
  database = openDatabase({ url: stack.databaseUrl, applicationName: "test", onIdleError: () => undefined });
  agency = await createAgencyRows(database);
  ids = await createCustomerRows(database, agency.agencyId, customers);
});
afterAll(async () => {
  await database?.close();
  await stack?.stop();
  await proxy?.close();
});

/** Lets the rows' clock run fast until something is so, or so much time is over. Answers how much was. */
async function fastForward(isOver: () => Promise<boolean>, atMostMs: number): Promise<number> {
  let passedMs = 0;
  let beforeMs = performance.now();
  while (passedMs < atMostMs && !(await isOver())) {
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    const tookMs = performance.now() - beforeMs;
    const moved = await passTime(database, tookMs * (factor - 1)).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code === deadlock) return false;
        throw error;
      },
    );
    if (!moved) continue;
    passedMs += tookMs * factor;
    beforeMs += tookMs;
  }
  return passedMs;
}

async function countStates(blastId: string): Promise<Record<string, number>> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ state: string; n: number }>`
      SELECT state, count(*)::int AS n FROM deliveries WHERE blast_id = ${blastId} GROUP BY state`.execute(
      tx,
    ),
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

test("an hour without the provider costs an hour: nobody is given up, held or mailed twice", { timeout: testTimeoutMs }, async () => {
  await proxy.down();
  const blastId = await acceptBlastRows(database, agency, { audience: { customers: { ids } } });
  await until("the first tries to fail", 20_000, async () => (await countStates(blastId))["retry"] !== undefined);
  expect(await fastForward(async () => false, hourMs)).toBeGreaterThanOrEqual(hourMs);
  const atTheEnd = await countStates(blastId);
  expect(Object.keys(atTheEnd).filter((state) => !["pending", "retry", "sending"].includes(state))).toEqual([]);

  await proxy.up();
  const isOver = async () => (await countStates(blastId))["accepted"] === customers;
  const tookMs = await fastForward(isOver, caughtUpWithinMs);
  process.stdout.write(`${JSON.stringify(atTheEnd)}; all sent ${Math.round(tookMs / 1_000)} s after the outage, by the rows' clock\n`);
  expect(await countStates(blastId)).toEqual({ accepted: customers });
  await until("the blast to end", 20_000, async () => (await auditBlast({ database, sandboxUrl: stack.sandboxUrl }, blastId)).completed);
  const audit = await auditBlast({ database, sandboxUrl: stack.sandboxUrl }, blastId);
  audit.problems.push(...(await auditCredits(database, agency.agencyId)));
  expect(audit).toMatchObject({ duplicates: 0, missing: 0, state: "completed", problems: [] });
  const { rows } = await database.asSystem((tx) =>
    sql<{ most: number; tries: number; letters: number }>`
      SELECT max(attempt)::int AS most, sum(attempt)::int AS tries, (SELECT count(*)::int FROM dead_letters) AS letters
      FROM deliveries WHERE blast_id = ${blastId}`.execute(tx),
  );
  process.stdout.write(`${JSON.stringify(rows[0])}\n`);
  expect(rows[0]!.letters).toBe(0);
}); // prettier-ignore
