import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createClient, type Client } from "@connectrpc/connect";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { CustomerOptedOutSchema } from "#gen/fanfare/event/v1/customer_pb.js";
import { claimDeliveries, lockDeliveries } from "#core/adapters/postgres/deliveries/claim.ts";
import { recordTransitions } from "#core/adapters/postgres/deliveries/record.ts";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

describe("OptOut", () => {
  let api: TestApi;
  let agency: TestAgency;
  let customers: Client<typeof CustomerService>;

  beforeAll(async () => {
    api = await startTestApi();
    agency = await api.createTestAgency();
    customers = createClient(CustomerService, agency.transport);
  });
  afterAll(() => api.close());

  const newCustomer = async () => {
    const email = `${randomUUID()}@example.com`;
    const { customer } = await customers.createCustomer({ customer: { email } });
    return { id: customer!.id, email };
  };
  const system = <T>(query: ReturnType<typeof sql<T>>) =>
    api.database.asSystem(async (tx) => (await query.execute(tx)).rows);

  /** A blast that is being sent, with one pending delivery to the customer. */
  const sendingBlast = async ({ id, email }: { id: string; email: string }) => {
    const [blast] = await system(sql<{ id: string }>`
      INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state, audience_size, eligible, released_seq)
      VALUES (${agency.agencyId}, 'Storm', 'standard', uuid_v7(), 1, '{}', 'sending', 1, 1, 1) RETURNING id`);
    await system(sql`
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key)
      VALUES (${blast!.id}, 1, ${agency.agencyId}, ${id}, ${email}, ${email})`);
    return blast!.id;
  };
  const claim = (blastId: string) => ({
    id: randomUUID(),
    agencyId: agency.agencyId,
    blastId,
    worker: "test",
    leaseMs: 60_000,
  });

  it("suppresses the address, notes it once for every customer who has it, and announces it", async () => {
    const first = await newCustomer();
    const { customer: twin } = await customers.createCustomer({
      customer: { email: first.email.toUpperCase() },
    });
    for (const id of [first.id, first.id, twin!.id]) {
      expect((await customers.optOut({ customerId: id, source: "phone" })).onTheirWay).toEqual([]);
    }
    const { customer } = await customers.getCustomer({ customerId: twin!.id });
    expect(customer!.suppressed).toEqual([SuppressionReason.OPTED_OUT]);
    const activities = await system(sql<{ customer_id: string; kind: string; data: object }>`
      SELECT customer_id, kind, data FROM activities WHERE customer_id IN (${first.id}, ${twin!.id}) ORDER BY customer_id`);
    expect(activities).toEqual(
      [first.id, twin!.id]
        .toSorted()
        .map((customer_id) => ({ customer_id, kind: "customer.opted_out", data: { source: "phone" } })),
    );
    const messages = await system(sql<{ subject: string; body: Buffer }>`
      SELECT subject, body FROM outbox WHERE subject LIKE 'fanfare.event.customer.opted_out.%'`);
    const told = messages.map(({ body }) => fromBinary(CustomerOptedOutSchema, body));
    expect(told.filter(({ customerId }) => customerId === first.id)).toMatchObject([
      { agencyId: agency.agencyId, source: "phone" },
    ]);
  });

  it("takes back only the opt-out when the customer wants mail again", async () => {
    const { id, email } = await newCustomer();
    await customers.addSuppression({ email, reason: SuppressionReason.BOUNCED });
    await customers.optOut({ customerId: id });
    await customers.optIn({ customerId: id });
    const { customer } = await customers.getCustomer({ customerId: id });
    expect(customer!.suppressed).toEqual([SuppressionReason.BOUNCED]);
  });

  it("answers only when a mail that was on its way has arrived or failed, and doubt is neither", async () => {
    const customer = await newCustomer();
    const blastId = await sendingBlast(customer);
    const { agencyId } = agency;
    const lease = claim(blastId);
    await api.database.withAgency(agencyId, async (tx) => {
      await lockDeliveries(tx, agencyId, blastId, [1]);
      await claimDeliveries(tx, lease, [1]);
    });
    let answered = false;
    const optOut = customers.optOut({ customerId: customer.id }).then((response) => {
      answered = true;
      return response;
    });
    await expect
      .poll(() => system(sql`SELECT FROM suppressions WHERE address_key = ${customer.email}`), {
        timeout: 5_000,
      })
      .toHaveLength(1);
    expect(answered).toBe(false);
    const scope = { agencyId, blastId, lane: "standard" as const };
    await api.database.withAgency(agencyId, (tx) =>
      recordTransitions(tx, { ...scope, claimId: lease.id }, [
        { seq: 1, attempt: 1, from: "sending", to: "in_doubt", reason: "timeout", delayMs: 60_000 },
      ]),
    );
    expect(answered).toBe(false);
    await api.database.withAgency(agencyId, (tx) =>
      recordTransitions(tx, scope, [{ seq: 1, attempt: 1, from: "in_doubt", to: "held", reason: "absent" }]),
    );
    expect((await optOut).onTheirWay).toEqual([]);
  });

  it("waits for a claim that is about to commit, and every later claim sees the opt-out", async () => {
    const customer = await newCustomer();
    const blastId = await sendingBlast(customer);
    const { agencyId } = agency;
    const seen = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const claiming = api.database.withAgency(agencyId, async (tx) => {
      const [delivery] = await lockDeliveries(tx, agencyId, blastId, [1]);
      expect(delivery!.suppressions).toEqual([]);
      seen.resolve();
      await goOn.promise;
    });
    await seen.promise;
    const optOut = customers.optOut({ customerId: customer.id });
    await expect
      .poll(() => system(sql`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`), {
        timeout: 5_000,
      })
      .toHaveLength(1);
    goOn.resolve();
    await claiming;
    await optOut;
    await api.database.withAgency(agencyId, async (tx) => {
      const [delivery] = await lockDeliveries(tx, agencyId, blastId, [1]);
      expect(delivery!.suppressions).toEqual(["opted_out"]);
    });
  });
});
