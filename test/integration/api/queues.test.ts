import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AgencyLimitsSchema, QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { storeDeadLetters } from "#core/adapters/postgres/dead-letters/store-dead-letters.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

let api: TestApi;
let agency: TestAgency;
let published: Envelope[] = [];
let refuse = false;

beforeAll(async () => {
  // What is published is looked at here; that it arrives is the publisher's own test.
  const publishAll = async (envelopes: readonly Envelope[]) => {
    if (refuse) throw new Error("NATS is not connected.");
    published.push(...envelopes);
  };
  api = await startTestApi({ publisher: { publish: (envelope) => publishAll([envelope]), publishAll } });
});
afterAll(() => api.close());
beforeEach(async () => {
  agency = await api.createTestAgency();
  published = [];
  refuse = false;
});

const operator = (agencyId?: string) => createClient(QueueService, api.operatorTransport(agencyId));
const admin = () => createClient(QueueService, agency.transport);

describe("an agency's limits", () => {
  it("are none until an operator sets them, all at once, and then hold for the feeder", async () => {
    const { agencyId } = agency;
    const of = async () => (await operator().getAgencyLimits({ agencyId })).limits;
    expect(await of()).toEqual(create(AgencyLimitsSchema, { weight: 1 }));
    const some = { weight: 5, inFlightMax: 200, perSecondMax: 30 };
    const { limits } = await operator().setAgencyLimits({ agencyId, limits: some });
    expect(limits).toEqual(create(AgencyLimitsSchema, some));
    expect(await of()).toEqual(limits);
    const { rows } = await api.database.asSystem((tx) =>
      sql<object>`SELECT weight, in_flight_max, per_second_max FROM agency_limits WHERE agency_id = ${agencyId}`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ weight: 5, in_flight_max: 200, per_second_max: 30 }]);
    await operator().setAgencyLimits({ agencyId, limits: { weight: 2 } });
    expect(await of()).toEqual(create(AgencyLimitsSchema, { weight: 2 }));
  });

  it.each([
    ["of an agency that is not there", { agencyId: randomUUID(), limits: { weight: 1 } }, Code.NotFound],
    ["without a weight", { limits: { inFlightMax: 5 } }, Code.InvalidArgument],
    ["of nothing in flight", { limits: { weight: 1, inFlightMax: 0 } }, Code.InvalidArgument],
    ["that are not said", {}, Code.InvalidArgument],
  ])("%s are refused", async (_, request, code) => {
    const error = await errorOf(operator().setAgencyLimits({ agencyId: agency.agencyId, ...request }));
    expect(error.code).toBe(code);
  });

  it("are an operator's, and no agency's", async () => {
    const { agencyId } = agency;
    const get = await errorOf(admin().getAgencyLimits({ agencyId }));
    const set = await errorOf(admin().setAgencyLimits({ agencyId, limits: { weight: 100 } }));
    expect([get.code, set.code]).toEqual([Code.PermissionDenied, Code.PermissionDenied]);
  });
});

/** Stores dead letters of the agency, oldest first, as the archive does. */
async function deadLetters(count: number, more: object = {}): Promise<string[]> {
  const letters = Array.from({ length: count }, (_, n) => {
    const body = create(SendBlastToCustomerSchema, {
      agencyId: agency.agencyId,
      lane: Lane.BULK,
      idempotencyKey: `key-${n}`,
    });
    return create(DeadLetteredSchema, {
      id: `WORK_CUSTOMER:${n + 1}:${randomUUID()}`,
      agencyId: agency.agencyId,
      stream: "WORK_CUSTOMER",
      subject: `fanfare.work.customer.bulk.${agency.agencyId}`,
      durable: "customer-sender-bulk",
      messageType: SendBlastToCustomerSchema.typeName,
      reason: "rejected",
      detail: "no such customer",
      headers: {
        "Nats-Msg-Id": `m${n}`,
        "Nats-Batch-Id": "b",
        "ce-type": SendBlastToCustomerSchema.typeName,
      },
      body: toBinary(SendBlastToCustomerSchema, body),
      deliveries: 3,
      failures: 2,
      deadLetteredAt: timestampFromDate(new Date(Date.UTC(2026, 10, 1) + n)),
      ...more,
    });
  });
  await api.database.asSystem((tx) => storeDeadLetters(tx, letters));
  return letters.map((letter) => letter.id);
}

describe("queues", () => {
  it("are shown lane by lane", async () => {
    await expect
      .poll(() =>
        operator()
          .listQueues({})
          .then(
            ({ queues }) => queues.length,
            () => 0,
          ),
      )
      .toBeGreaterThan(5);
    const { queues } = await operator().listQueues({});
    expect(queues.find((queue) => queue.durable === "customer-sender-urgent")).toMatchObject({
      name: "customer",
      lane: Lane.URGENT,
      stream: "WORK_CUSTOMER",
    });
  });

  it("are limited, paused and resumed while they run", async () => {
    const { queue } = await operator().setQueueLimit({ queue: "list", lane: Lane.BULK, maxAckPending: 3 });
    expect(queue).toMatchObject({
      durable: "list-sender-bulk",
      maxAckPending: 3,
      contractMaxAckPending: 32,
      handedOut: 0n,
    });
    const paused = await operator().pauseQueue({ queue: "list", lane: Lane.BULK });
    expect(paused.queues.map((each) => [each.durable, each.paused])).toEqual([["list-sender-bulk", true]]);
    const resumed = await operator().resumeQueue({ queue: "list" });
    expect(resumed.queues.map((each) => each.paused)).toEqual([false, false, false]);
    await operator().setQueueLimit({ queue: "list", lane: Lane.BULK, maxAckPending: 32 });
  });

  it("that do not exist are said not to exist", async () => {
    expect(await errorOf(operator().pauseQueue({ queue: "nothing" }))).toMatchObject({ code: Code.NotFound });
  });
});

describe("dead letters", () => {
  it("are listed newest first in pages, with the body decoded by its type", async () => {
    const ids = await deadLetters(5);
    const seen: string[] = [];
    let token = "";
    do {
      const { deadLetters: rows, page } = await admin().listDeadLetters({ page: { size: 2, token } });
      seen.push(...rows.map((row) => row.id));
      for (const row of rows)
        expect(JSON.parse(row.bodyJson)).toMatchObject({ agencyId: agency.agencyId, lane: "LANE_BULK" });
      token = page?.nextToken ?? "";
    } while (token !== "");
    expect(seen).toEqual(ids.toReversed());
  });

  it("are shown whole one by one, also what is no message at all", async () => {
    const [id = ""] = await deadLetters(1, {
      body: new Uint8Array([1, 255, 0]),
      reason: "undecodable",
      detail: "zero \0 inside",
    });
    const { deadLetter } = await admin().getDeadLetter({ id });
    expect(deadLetter).toMatchObject({ reason: "undecodable", bodyJson: "", deliveries: 3, failures: 2 });
    expect([...(deadLetter?.body ?? [])]).toEqual([1, 255, 0]);
  });

  it("of one agency are nobody else's, except an operator's", async () => {
    const [id = ""] = await deadLetters(1);
    const other = createClient(QueueService, (await api.createTestAgency()).transport);
    expect((await other.listDeadLetters({})).deadLetters).toEqual([]);
    expect(await errorOf(other.getDeadLetter({ id }))).toMatchObject({ code: Code.NotFound });
    expect(await errorOf(other.requeueDeadLetters({ ids: [id] }))).toMatchObject({ code: Code.NotFound });
    expect((await other.requeueDeadLetters({ all: true })).requeued).toBe(0);
    expect((await operator().getDeadLetter({ id })).deadLetter?.id).toBe(id);
    expect((await operator(agency.agencyId).listDeadLetters({})).deadLetters).toHaveLength(1);
  });

  it("are filtered by queue and reason; a queue that does not exist is refused", async () => {
    await deadLetters(2);
    await deadLetters(1, { reason: "invalid", subject: `fanfare.work.list.bulk.${agency.agencyId}` });
    expect((await admin().listDeadLetters({ queue: "list" })).deadLetters).toHaveLength(1);
    expect((await admin().listDeadLetters({ reason: "rejected" })).deadLetters).toHaveLength(2);
    expect((await admin().listDeadLetters({ queue: "list", reason: "rejected" })).deadLetters).toEqual([]);
    expect(await errorOf(admin().listDeadLetters({ queue: "li%" }))).toMatchObject({
      code: Code.InvalidArgument,
    });
  });

  it("go back as they were, under an id that the broker has not seen, once", async () => {
    const [first = ""] = await deadLetters(3);
    expect((await admin().requeueDeadLetters({ ids: [first] })).requeued).toBe(1);
    expect(published).toHaveLength(1);
    const [{ subject, headers } = { subject: "", headers: {} }] = published;
    expect(subject).toBe(`fanfare.work.customer.bulk.${agency.agencyId}`);
    expect(headers).toEqual({
      "Nats-Msg-Id": `m0:requeued:${first}`,
      "ce-type": SendBlastToCustomerSchema.typeName,
    });
    expect((await admin().requeueDeadLetters({ ids: [first] })).requeued).toBe(0);
    expect((await admin().listDeadLetters({})).deadLetters).toHaveLength(2);
    expect((await admin().listDeadLetters({ includeRequeued: true })).deadLetters).toHaveLength(3);
    expect((await admin().getDeadLetter({ id: first })).deadLetter?.requeuedAt).toBeDefined();
  });

  it("go back by the thousand, at most 500 a second over all calls", async () => {
    await deadLetters(2_300);
    const startedMs = performance.now();
    const answers = await Promise.all([1, 2].map(() => admin().requeueDeadLetters({ queue: "customer" })));
    expect(answers.reduce((sum, { requeued }) => sum + requeued, 0)).toBe(2_300);
    expect(Math.min(...answers.map(({ remaining }) => remaining))).toBe(0);
    // The last page of each call need not wait for what comes after it.
    expect(performance.now() - startedMs).toBeGreaterThan(((2_300 - 2 * 250) / 500) * 1_000);
    expect(new Set(published.map(({ headers }) => headers["Nats-Msg-Id"])).size).toBe(2_300);
  });

  it("stay when the broker does not take them", async () => {
    await deadLetters(2);
    refuse = true;
    expect(await errorOf(admin().requeueDeadLetters({ all: true }))).toMatchObject({
      code: Code.Unavailable,
    });
    expect((await admin().listDeadLetters({})).deadLetters).toHaveLength(2);
  });

  it("are not requeued by a call that names none", async () => {
    expect(await errorOf(admin().requeueDeadLetters({}))).toMatchObject({ code: Code.InvalidArgument });
  });
});
