// I6: from the moment an opt-out is acknowledged, the provider accepts nothing more for that customer, blast under way or not.
import { createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Mailer } from "../../services/customer-sender/deps.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { startTestApi, type TestApi } from "#test/support/api.ts";
import { auditBlast } from "#test/support/audit-blast.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

const customers = 600;
const optOuts = 60;

let api: TestApi;
let pipeline: Pipeline;
beforeAll(async () => {
  api = await startTestApi();
  pipeline = await startPipeline({ databaseUrl: api.databaseUrl });
});
afterAll(async () => {
  await pipeline?.close();
  await api?.close();
});

/** What the provider accepted and when, by its own answer: the latest moment at which the mail can have been taken. */
function watched(mailer: Mailer, acceptedAtMs: Map<string, number>): Mailer {
  return {
    async send(mail, signal) {
      const answer = await mailer.send(mail, signal);
      // Some opt-outs come between the provider's acceptance and its record, some before, some after.
      if (answer.kind === "accepted")
        for (const { address } of mail.recipients) acceptedAtMs.set(address, performance.now());
      return answer;
    },
  };
}

test("opt-outs while a blast runs: each acknowledged one is final", { timeout: 60_000 }, async () => {
  const agency = await createAgencyRows(pipeline.database);
  const ids = await createCustomerRows(pipeline.database, agency.agencyId, customers);
  const acceptedAtMs = new Map<string, number>();
  const acknowledgedAtMs = new Map<string, number>();
  await pipeline.startListSender();
  await pipeline.startScheduler();
  // Small calls and a slow provider, so that the opt-outs meet every stage.
  await fetch(`${pipeline.sandbox.url}/_sandbox/config`, {
    method: "POST",
    body: JSON.stringify({ latencyMs: 30 }),
  });
  for (let instance = 0; instance < 2; instance++)
    await pipeline.startCustomerSender(({ mailer }) => ({
      mailer: watched(mailer, acceptedAtMs),
      batchMax: 10,
      maxCallsPerDomain: 2,
    }));
  const blastId = await acceptBlastRows(pipeline.database, agency, { audience: { customers: { ids } } });
  await until("the first mails", 10_000, () => acceptedAtMs.size > 0);

  const client = createClient(CustomerService, api.operatorTransport(agency.agencyId));
  const { rows } = await pipeline.database.asSystem((tx) =>
    sql<{ id: string; email: string }>`SELECT id, email FROM customers WHERE agency_id = ${agency.agencyId} ORDER BY random() LIMIT ${optOuts}`.execute(tx),
  ); // prettier-ignore
  await Promise.all(
    rows.map(async ({ id, email }) => {
      const { onTheirWay } = await client.optOut({ customerId: id, source: "test" });
      expect(onTheirWay).toEqual([]);
      acknowledgedAtMs.set(email, performance.now());
    }),
  );
  await pipeline.ended(blastId);

  const late = [...acknowledgedAtMs].filter(([email, atMs]) => (acceptedAtMs.get(email) ?? 0) > atMs);
  expect(late).toEqual([]);
  const audit = await auditBlast({ database: pipeline.database, sandboxUrl: pipeline.sandbox.url }, blastId);
  expect(audit.problems).toEqual([]);
  const spared = [...acknowledgedAtMs.keys()].filter((email) => !acceptedAtMs.has(email)).length;
  expect(audit.reasons).toEqual(spared === 0 ? {} : { opted_out: spared });
  // Else the test has not met the case that it is for.
  expect(spared).toBeGreaterThan(0);
});

test("an opt-out under a new address also holds for a mail that was frozen with the old one", async () => {
  const agency = await createAgencyRows(pipeline.database);
  const [id] = (await createCustomerRows(pipeline.database, agency.agencyId, 1)) as [string];
  await pipeline.database.asSystem((tx) =>
    tx.updateTable("agencies").set({ paused: true }).where("id", "=", agency.agencyId).execute(),
  );
  const blastId = await acceptBlastRows(pipeline.database, agency, {
    audience: { customers: { ids: [id] } },
  });
  await until("the freeze", 10_000, async () =>
    (await pipeline.database.asSystem((tx) =>
      tx.selectFrom("blasts").select("state").where("id", "=", blastId).executeTakeFirstOrThrow(),
    )).state === "sending",
  ); // prettier-ignore
  const moved = `moved-${id}@example.org`;
  await pipeline.database.asSystem((tx) =>
    tx.updateTable("customers").set({ email: moved, address_key: moved }).where("id", "=", id).execute(),
  );
  await createClient(CustomerService, api.operatorTransport(agency.agencyId)).optOut({
    customerId: id,
    source: "test",
  });
  await pipeline.database.asSystem((tx) =>
    tx.updateTable("agencies").set({ paused: false }).where("id", "=", agency.agencyId).execute(),
  );
  await pipeline.ended(blastId);
  const audit = await auditBlast({ database: pipeline.database, sandboxUrl: pipeline.sandbox.url }, blastId);
  expect(audit).toMatchObject({ mails: 0, reasons: { opted_out: 1 }, problems: [] });
});
