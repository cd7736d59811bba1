import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BlastService,
  BlastState,
  DeliveryState,
  type WatchBlastResponse,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { addProgress } from "#core/adapters/postgres/blasts/progress.ts";
import { claimDeliveries } from "#core/adapters/postgres/deliveries/claim.ts";
import { recordTransitions } from "#core/adapters/postgres/deliveries/record.ts";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

describe("BlastService reads", () => {
  let api: TestApi;
  let agency: TestAgency;
  let blasts: Client<typeof BlastService>;
  let customers: Client<typeof CustomerService>;

  beforeAll(async () => {
    api = await startTestApi();
    agency = await api.createTestAgency();
    blasts = createClient(BlastService, agency.transport);
    customers = createClient(CustomerService, agency.transport);
  });
  afterAll(() => api.close());

  const system = <T>(query: ReturnType<typeof sql<T>>) =>
    api.database.asSystem(async (tx) => (await query.execute(tx)).rows);
  const refusedWith = async (call: Promise<unknown>) =>
    ConnectError.from(
      await call.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    ).code;

  /** A blast that is being sent to new customers; the first `released` of them are on the queue. */
  const sendingBlast = async (size: number, released = size) => {
    const { agencyId, userId } = agency;
    const [blast] = await system(sql<{ id: string }>`
      INSERT INTO blasts (agency_id, user_id, name, lane, template_id, template_version, audience, state, audience_size, eligible,
        released_seq, started_at)
      VALUES (${agencyId}, ${userId}, 'Storm', 'standard', uuid_v7(), 1, '{}', 'sending', ${size}, ${size}, ${released}, now())
      RETURNING id`);
    const blastId = blast!.id;
    const ids: string[] = [];
    for (let seq = 1; seq <= size; seq += 1) {
      const email = `${randomUUID()}@example.com`;
      const { customer } = await customers.createCustomer({ customer: { email } });
      ids.push(customer!.id);
      await system(sql`
        INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key)
        VALUES (${blastId}, ${seq}, ${agencyId}, ${customer!.id}, ${email}, ${email})`);
    }
    return { blastId, ids };
  };
  const claim = (blastId: string, seqs: number[]) =>
    api.database.withAgency(agency.agencyId, (tx) =>
      claimDeliveries(
        tx,
        { id: randomUUID(), agencyId: agency.agencyId, blastId, worker: "sender@test", leaseMs: 60_000 },
        seqs,
      ),
    );
  const record = (blastId: string, transitions: Parameters<typeof recordTransitions>[2]) =>
    api.database.withAgency(agency.agencyId, (tx) =>
      recordTransitions(tx, { agencyId: agency.agencyId, blastId, lane: "standard" }, transitions),
    );
  const complete = (blastId: string) =>
    system(sql`UPDATE blasts SET state = 'completed', completed_at = now() WHERE id = ${blastId}`);

  it("closes the balance sheet at every moment", async () => {
    const { blastId } = await sendingBlast(6, 4);
    await claim(blastId, [1, 2, 3]);
    await record(blastId, [
      { seq: 1, attempt: 1, from: "sending", to: "accepted", providerMessageId: "<m1@x>" },
      { seq: 2, attempt: 1, from: "sending", to: "retry", reason: "rate_limited", delayMs: 60_000 },
      { seq: 4, attempt: 0, from: "pending", to: "skipped", reason: "opted_out" },
    ]);
    const { blast } = await blasts.getBlast({ blastId });
    expect(blast).toMatchObject({ name: "Storm", state: BlastState.SENDING });
    expect(blast!.requestedBy).toContain("admin-");
    expect(blast!.balanceSheet).toMatchObject({
      audience: 6,
      waiting: 3,
      accepted: 1,
      retrying: 1,
      skipped: 1,
      reasons: { opted_out: 1 },
    });
  });

  it("sums the counters' shards", async () => {
    const { blastId } = await sendingBlast(1);
    const scope = { agencyId: agency.agencyId, blastId };
    await system(sql`UPDATE blasts SET audience_size = 1000 WHERE id = ${blastId}`);
    for (let i = 0; i < 40; i += 1) {
      await api.database.withAgency(agency.agencyId, (tx) =>
        addProgress(tx, scope, { accepted: 2, skipped: 1 }, { inactive: 1 }),
      );
    }
    const { blast } = await blasts.getBlast({ blastId });
    expect(blast!.balanceSheet).toMatchObject({
      accepted: 80,
      skipped: 40,
      waiting: 880,
      reasons: { inactive: 40 },
    });
  });

  it("lists blasts newest first, by state, direct ones only when asked for", async () => {
    const other = await api.createTestAgency();
    const theirs = createClient(BlastService, other.transport);
    for (const [name, state, paused, direct] of [
      ["done", "completed", false, false],
      ["running", "sending", false, false],
      ["paused", "sending", true, false],
      ["direct", "sending", false, true],
    ] as const) {
      await system(sql`
        INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state, paused, direct)
        VALUES (${other.agencyId}, ${name}, 'bulk', uuid_v7(), 1, '{}', ${state}, ${paused}, ${direct})`);
    }
    const names = async (request: object) =>
      (await theirs.listBlasts(request)).blasts.map(({ name }) => name);
    expect(await names({})).toEqual(["paused", "running", "done"]);
    expect(await names({ includeDirect: true })).toEqual(["direct", "paused", "running", "done"]);
    expect(await names({ state: BlastState.PAUSED })).toEqual(["paused"]);
    expect(await names({ state: BlastState.SENDING })).toEqual(["running"]);
    const first = await theirs.listBlasts({ page: { size: 2 } });
    expect(await names({ page: { size: 2, token: first.page!.nextToken } })).toEqual(["done"]);
  });

  it("lists deliveries by sequence, and tells queued from pending", async () => {
    const { blastId } = await sendingBlast(5, 3);
    await claim(blastId, [1]);
    const all = await blasts.listDeliveries({ blastId });
    expect(all.deliveries.map(({ state }) => state)).toEqual([
      DeliveryState.SENDING,
      DeliveryState.QUEUED,
      DeliveryState.QUEUED,
      DeliveryState.PENDING,
      DeliveryState.PENDING,
    ]);
    expect(all.deliveries[1]!.id).toBe(`${blastId}.2`);
    const seqs = async (request: object) =>
      (await blasts.listDeliveries({ blastId, ...request })).deliveries.map(({ sequence }) => sequence);
    expect(await seqs({ state: DeliveryState.QUEUED })).toEqual([2, 3]);
    expect(await seqs({ state: DeliveryState.PENDING })).toEqual([4, 5]);
    expect(await seqs({ reason: "opted_out" })).toEqual([]);
    const first = await blasts.listDeliveries({ blastId, page: { size: 3 } });
    expect(await seqs({ page: { size: 3, token: first.page!.nextToken } })).toEqual([4, 5]);
  });

  it("does not show a blast of another agency", async () => {
    const { blastId, ids } = await sendingBlast(1);
    const other = createClient(BlastService, (await api.createTestAgency()).transport);
    expect(await refusedWith(other.getBlast({ blastId }))).toBe(Code.NotFound);
    expect(await refusedWith(other.listDeliveries({ blastId }))).toBe(Code.NotFound);
    expect(await refusedWith(other.explainDelivery({ blastId, customerId: ids[0]! }))).toBe(Code.NotFound);
    const stream = other.watchBlast({ blastId })[Symbol.asyncIterator]();
    expect(await refusedWith(stream.next())).toBe(Code.NotFound);
  });

  it("shows a watched blast at once, then its changes, and ends with it", async () => {
    const { blastId } = await sendingBlast(2);
    const seen: WatchBlastResponse[] = [];
    const watching = (async () => {
      for await (const response of blasts.watchBlast({ blastId })) seen.push(response);
    })();
    await expect.poll(() => seen.length, { timeout: 5_000 }).toBe(1);
    await claim(blastId, [1, 2]);
    await record(blastId, [{ seq: 1, attempt: 1, from: "sending", to: "accepted" }]);
    await expect.poll(() => seen.at(-1)?.blast?.balanceSheet?.accepted, { timeout: 5_000 }).toBe(1);
    await record(blastId, [{ seq: 2, attempt: 1, from: "sending", to: "rejected", reason: "bad_address" }]);
    await complete(blastId);
    await watching;
    expect(seen.at(-1)!.blast).toMatchObject({
      state: BlastState.COMPLETED,
      balanceSheet: { accepted: 1, rejected: 1, waiting: 0 },
    });
  });

  it("explains a delivery with every try and its evidence", async () => {
    const { blastId, ids } = await sendingBlast(1);
    await claim(blastId, [1]);
    await record(blastId, [
      {
        seq: 1,
        attempt: 1,
        from: "sending",
        to: "retry",
        reason: "rate_limited",
        evidence: { provider: "429 slow down" },
        delayMs: 1,
      },
    ]);
    await claim(blastId, [1]);
    await record(blastId, [
      {
        seq: 1,
        attempt: 2,
        from: "sending",
        to: "in_doubt",
        reason: "timeout",
        delayMs: 1,
        evidence: { worker: "sender@test" },
      },
    ]);
    await record(blastId, [
      { seq: 1, attempt: 2, from: "in_doubt", to: "accepted", providerMessageId: "<m@x>" },
    ]);
    const explained = await blasts.explainDelivery({ deliveryId: `${blastId}.1` });
    expect(explained.decisions.map(({ step }) => step)).toEqual([
      "blast_accepted",
      "frozen",
      "claimed",
      "retry",
      "claimed",
      "in_doubt",
      "accepted",
    ]);
    expect(explained.decisions[3]!.evidence).toMatchObject({ provider: "429 slow down", attempt: "1" });
    expect(explained.decisions[4]!.evidence).toEqual({
      attempt: "2",
      worker: "sender@test",
      correlation_id: `${blastId}.1/2`,
    });
    expect(explained.summary).toMatch(
      /^Sent: the mail provider took the mail to .*@example\.com on \d+ \w+ \d{4} at /,
    );
    const same = await blasts.explainDelivery({ blastId, customerId: ids[0]! });
    expect(same.delivery).toEqual(explained.delivery);
  });

  it("says on which day and how a customer who was skipped had opted out", async () => {
    const { blastId, ids } = await sendingBlast(1);
    await customers.optOut({ customerId: ids[0]!, source: "link" });
    await system(sql`
      UPDATE suppressions SET since = '2026-05-03T12:00:00Z'
      WHERE address_key = (SELECT address_key FROM customers WHERE id = ${ids[0]!})`);
    await record(blastId, [{ seq: 1, attempt: 0, from: "pending", to: "skipped", reason: "opted_out" }]);
    const { summary } = await blasts.explainDelivery({ deliveryId: `${blastId}.1` });
    expect(summary).toBe("Skipped: the address opted out on 3 May 2026 through the unsubscribe link.");
    await customers.optIn({ customerId: ids[0]! });
    const later = await blasts.explainDelivery({ deliveryId: `${blastId}.1` });
    expect(later.summary).toContain("taken back since");
  });

  it("refuses to explain what is not named", async () => {
    expect(await refusedWith(blasts.explainDelivery({}))).toBe(Code.InvalidArgument);
    expect(await refusedWith(blasts.explainDelivery({ deliveryId: "x.1" }))).toBe(Code.InvalidArgument);
    expect(await refusedWith(blasts.explainDelivery({ deliveryId: `${randomUUID()}.1` }))).toBe(
      Code.NotFound,
    );
    expect(await refusedWith(blasts.explainDelivery({ deliveryId: `${randomUUID()}.9999999999` }))).toBe(
      Code.InvalidArgument,
    );
  });
});
