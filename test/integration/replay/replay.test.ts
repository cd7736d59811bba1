// Blasts with every kind of end, on the real house; then the read tables are built again elsewhere, from the stream and from the log.
import { randomUUID } from "node:crypto";
import { createClient, type Client } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFactLog } from "#core/adapters/postgres/replay/publish-facts.ts";
import { parseRid } from "#core/domain/delivery/id.ts";
import { DeliveryState, type BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { createCustomerRows } from "#test/support/agency-rows.ts";
import { startHouse, type House } from "#test/support/sending-house.ts";
import { postWebhook, webhookOf } from "#test/support/webhook.ts";
import { until } from "#test/support/until.ts";
import { documents, run, type Ran } from "../../../services/cli/test-support.ts";
import { emptyDatabase } from "./empty-database.ts";

let house: House;
let tried: Map<string, number>;

beforeAll(async () => {
  house = await startHouse();
  const { pipeline } = house;
  // Two that publish, as in production: one of them works at a time.
  await pipeline.startScheduler({ facts: createFactLog(pipeline.database) });
  await pipeline.startScheduler({ facts: createFactLog(pipeline.database) });
  tried = new Map();
  await pipeline.startCustomerSender(({ mailer }) => ({
    batchMax: 1,
    mailer: {
      async send(mail, signal) {
        const { seq } = parseRid(mail.recipients[0]!.rid)!;
        const to = mail.recipients[0]!.address;
        const before = tried.get(to) ?? 0;
        tried.set(to, before + 1);
        if (seq % 9 === 0) return { kind: "rejected", reason: "refused", evidence: "HTTP 406" };
        if (seq % 9 === 1) return { kind: "in_doubt", reason: "timed_out", evidence: "deadline" };
        if (seq % 9 === 2 && before === 0)
          return { kind: "retryable", reason: "rate_limited", evidence: "HTTP 429" };
        return mailer.send(mail, signal);
      },
    },
  }));
  await everyKindOfEnd();
  await everyKindOfEnd();
  await allPublished();
}, 120_000);
afterAll(() => house?.close());

async function everyKindOfEnd(): Promise<void> {
  const { rows, blasts } = await house.agency({ credits: 200 });
  const { database, operatorTransport } = house.api;
  const customers = createClient(CustomerService, operatorTransport(rows.agencyId));
  const ids = await createCustomerRows(database, rows.agencyId, 63);
  const emailOf = async (id: string) =>
    (await customers.getCustomer({ customerId: id })).customer?.email ?? "";
  // Skipped when the audience is frozen, and taken off the list again.
  await customers.optOut({ customerId: ids[3]! });
  await customers.addSuppression({ email: "nobody@example.org", reason: SuppressionReason.INVALID });
  const freed = await emailOf(ids[4]!);
  await customers.addSuppression({ email: freed, reason: SuppressionReason.BOUNCED });
  await customers.removeSuppression({ email: freed, reason: SuppressionReason.BOUNCED });
  await customers.addSuppression({ email: await emailOf(ids[5]!), reason: SuppressionReason.COMPLAINED });
  await database.asSystem((tx) =>
    sql`UPDATE customers SET status = 'inactive' WHERE id = ${ids[6]}`.execute(tx),
  );
  const [double] = await createCustomerRows(database, rows.agencyId, 1, "double");
  const address = await emailOf(ids[0]!);
  await database.asSystem((tx) =>
    sql`UPDATE customers SET email = ${address}, address_key = ${address} WHERE id = ${double}`.execute(tx),
  );

  const blastId = await send(blasts, rows.templateId, [...ids, double!]);
  await house.pipeline.ended(blastId, 40_000);
  // A person has some tried again, and gives others up.
  await blasts.retryDeliveries({ blastId, states: [DeliveryState.REJECTED] });
  await house.pipeline.ended(blastId, 40_000);
  await blasts.rejectHeld({ blastId });
  await providerTells(blastId);

  const refused = await send(
    blasts,
    rows.templateId,
    await createCustomerRows(database, rows.agencyId, 300, "poor"),
  );
  await house.pipeline.ended(refused, 40_000);
  await optInAgain(customers, ids[3]!);
}

/** Webhooks about what was accepted: of each kind of event some, the last two more than once. */
async function providerTells(blastId: string): Promise<void> {
  const events: [string, object?][] = [
    ["delivered"], ["failed", { severity: "permanent", reason: "bounce" }], ["failed", { severity: "temporary", reason: "generic" }],
    ["complained"], ["unsubscribed"], ["opened"], ["clicked"],
  ]; // prettier-ignore
  const { rows } = await house.api.database.asSystem((tx) =>
    sql<{ seq: number; attempt: number }>`
      SELECT seq, attempt FROM deliveries WHERE blast_id = ${blastId} AND state = 'accepted' ORDER BY seq`.execute(
      tx,
    ),
  );
  for (const [place, { seq, attempt }] of rows.entries()) {
    const [event, more = {}] = events[place % events.length]!;
    for (let time = 0; time < (place % events.length > 4 ? 2 : 1); time += 1)
      expect(await postWebhook(house.api.url, webhookOf(`${blastId}.${seq}/${attempt}`, event, more))).toBe(
        200,
      );
  }
}

const optInAgain = (customers: Client<typeof CustomerService>, customerId: string) =>
  customers.optIn({ customerId });

async function send(blasts: Client<typeof BlastService>, templateId: string, ids: string[]): Promise<string> {
  const { blastId } = await blasts.sendBlast({
    idempotencyKey: randomUUID(),
    name: "Storm",
    content: { templateId },
    audience: { of: { case: "customers", value: { ids } } },
  });
  return blastId;
}

/** Waits until nothing moves any more and every fact is on the stream. */
async function allPublished(): Promise<void> {
  const state = () =>
    house.api.database.asSystem(async (tx) => {
      const { rows } = await sql<{ waiting: number; facts: number; published: number }>`
        SELECT (SELECT count(*) FROM provider_events WHERE applied_at IS NULL)::int + (SELECT count(*) FROM claims)::int
            + (SELECT count(*) FROM blasts WHERE completed_at IS NULL)::int AS waiting,
          (SELECT count(*) FROM activities)::int + (SELECT count(*) FROM suppression_changes)::int AS facts,
          (SELECT coalesce(sum(position), 0) FROM facts_positions)::int AS published`.execute(tx);
      return rows[0]!;
    });
  let before = -1;
  await until(
    "all facts to be published",
    30_000,
    async () => {
      const { waiting, facts, published } = await state();
      const still = facts === before;
      before = facts;
      return waiting === 0 && facts === published && still && facts > 0;
    },
    state,
  );
}

async function replay(from: string): Promise<Ran & { differences: Record<string, unknown>[] }> {
  const { url, drop } = await emptyDatabase();
  try {
    const ran = await run([
      "replay",
      "--into",
      url,
      "--from",
      from,
      "--compare",
      house.api.databaseUrl,
      "--json",
    ]);
    return { ...ran, differences: documents(ran.out) };
  } finally {
    await drop();
  }
}

it("has blasts with every kind of end to build again", async () => {
  const { rows } = await house.api.database.asSystem((tx) =>
    sql<{ kinds: string[]; reasons: string[] }>`
      SELECT (SELECT array_agg(DISTINCT kind) FROM activities) AS kinds, (SELECT array_agg(DISTINCT reason) FROM blast_reasons) AS reasons`.execute(
      tx,
    ),
  );
  expect(rows[0]?.kinds).toEqual(
    expect.arrayContaining([
      "delivery.accepted", "delivery.skipped", "delivery.rejected", "delivery.retry", "delivery.in_doubt", "delivery.held",
      "delivery.delivered", "delivery.bounced", "delivery.complained", "delivery.unsubscribed", "delivery.opened", "delivery.clicked",
      "delivery.deferred", "customer.opted_out", "customer.opted_in", "customer.suppressed",
    ]),
  ); // prettier-ignore
  expect(rows[0]?.reasons).toEqual(
    expect.arrayContaining([
      "opted_out",
      "complained",
      "inactive",
      "duplicate_address",
      "refused",
      "no_credit",
      "given_up",
    ]),
  );
});

it("builds the same tables from the stream", async () => {
  expect(await replay(house.pipeline.nats.url)).toMatchObject({ code: 0, differences: [] });
});

it("builds the same tables from the log in the database", async () => {
  expect(await replay(house.api.databaseUrl)).toMatchObject({ code: 0, differences: [] });
});

it("shows facts that the log lacks or tells otherwise, and what follows from them", async () => {
  const { pipeline, api } = house;
  const { rows } = await api.database.asSystem((tx) =>
    sql<{ source_id: string; seq: number; step: number; data: string }>`
      SELECT source_id, seq, step, data::text AS data FROM activities WHERE kind = 'delivery.accepted' ORDER BY at LIMIT 1`.execute(
      tx,
    ),
  );
  const { source_id: blastId, seq, step, data } = rows[0]!;
  const change = (sets: ReturnType<typeof sql>) =>
    api.database.asSystem((tx) =>
      sql`UPDATE activities SET ${sets} WHERE source_id = ${blastId} AND seq = ${seq} AND step = ${step}`.execute(
        tx,
      ),
    );
  await change(sql`kind = 'delivery.rejected', data = '{"reason": "planted"}'`);
  // The stream has told it before, so what is compared with is what was changed.
  const told = await replay(pipeline.nats.url);
  // The log tells the planted fact, and the counters that were kept know better.
  const logged = await replay(api.databaseUrl);
  await change(sql`kind = 'delivery.accepted', data = ${data}::jsonb`);
  expect(told).toMatchObject({ code: 1, differences: [{ table: "activities", kind: "changed" }] });
  expect(logged.differences).toEqual([
    expect.objectContaining({ table: "blast_progress", kind: "changed", key: blastId }),
    expect.objectContaining({
      table: "blast_reasons",
      kind: "surplus",
      key: `${blastId} planted`,
      rebuilt: "1",
    }),
  ]);

  await api.database.asSystem((tx) =>
    sql`INSERT INTO suppressions (agency_id, address_key, reason) SELECT agency_id, 'planted@example.org', 'invalid' FROM blasts LIMIT 1`.execute(
      tx,
    ),
  );
  await api.database.asSystem((tx) =>
    sql`DELETE FROM suppression_changes WHERE address_key = 'planted@example.org'`.execute(tx),
  );
  const lacking = await replay(api.databaseUrl);
  expect(lacking.differences).toEqual([expect.objectContaining({ table: "suppressions", kind: "missing" })]);
  await api.database.asSystem((tx) =>
    sql`DELETE FROM suppressions WHERE address_key = 'planted@example.org'`.execute(tx),
  );
});

it("touches no database that has tables", async () => {
  const ran = await run(["replay", "--into", house.api.databaseUrl, "--from", house.api.databaseUrl]);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain("has tables already");
});
