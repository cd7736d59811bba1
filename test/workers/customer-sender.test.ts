// One message, one outcome: customer-sender on the real broker, database and sandbox.
import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { createKickbox } from "#core/adapters/kickbox/verify.ts";
import { updateAgency } from "#core/adapters/postgres/agencies/update-agency.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast } from "#test/support/audit-blast.ts";
import { publishRaw, startPipeline, type Pipeline, type Running } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

let pipeline: Pipeline;
let agency: AgencyRows;
let other: AgencyRows;
let customerId: string;
let sender: Running;

beforeAll(async () => {
  pipeline = await startPipeline();
  agency = await createAgencyRows(pipeline.database);
  other = await createAgencyRows(pipeline.database);
  [customerId] = (await createCustomerRows(pipeline.database, agency.agencyId, 1)) as [string];
  await pipeline.startListSender();
  await pipeline.startScheduler();
  sender = await pipeline.startCustomerSender();
});
afterAll(() => pipeline?.close());

type Fields = MessageInitShape<typeof SendBlastToCustomerSchema>;

function order(fields: Fields) {
  const message = create(SendBlastToCustomerSchema, {
    agencyId: agency.agencyId, lane: Lane.URGENT, idempotencyKey: randomUUID(), customerId, ...fields,
  }); // prettier-ignore
  return workEnvelope(SendBlastToCustomerSchema, message, { source: "test", timeMs: Date.now() });
}

const direct = (
  content: Partial<{ templateId: string; templateVersion: number; customMessage: string }> = {},
): NonNullable<Fields["order"]> => ({
  case: "direct",
  value: { templateId: agency.templateId, ...content },
});

/** The dead letter of what was published, from the table that the scheduler keeps. */
async function letterOf(envelope: { body: Uint8Array; subject: string }) {
  return until("its dead letter", 10_000, async () => {
    const rows = await pipeline.database.asSystem((tx) =>
      tx.selectFrom("dead_letters").selectAll().where("subject", "=", envelope.subject).execute(),
    );
    return rows.find(({ body }) => Buffer.from(body).equals(envelope.body));
  });
}

/** A blast that ended, and what its audit says. */
async function audited(blastId: string, withinMs?: number) {
  await pipeline.ended(blastId, withinMs);
  return auditBlast({ database: pipeline.database, sandboxUrl: pipeline.sandbox.url }, blastId);
}

async function blast(o: { count?: number; of?: AgencyRows; ids?: string[] } = {}): Promise<string> {
  const of = o.of ?? agency;
  const ids = o.ids ?? (await createCustomerRows(pipeline.database, of.agencyId, o.count ?? 5));
  return acceptBlastRows(pipeline.database, of, { audience: { customers: { ids } } });
}

describe("a message that can never be done becomes a dead letter, whole", () => {
  test.each<[string, () => Fields, RegExp]>([
    ["of an unknown blast", () => ({ order: { case: "delivery", value: { blastId: randomUUID(), sequence: 1 } } }), /^unknown_blast: Agency .* has no blast/],
    ["for an unknown customer", () => ({ customerId: randomUUID(), order: direct() }), /^unknown_customers: /],
    ["with an unknown template", () => ({ order: direct({ templateId: randomUUID() }) }), /^unknown_template: /],
    ["with a template version that does not exist", () => ({ order: direct({ templateVersion: 7 }) }), /^unknown_template: .* version 7/],
    ["with a template version beyond any number we keep", () => ({ order: direct({ templateVersion: 4_000_000_000 }) }), /^unknown_template: /],
    ["of an agency that does not exist", () => ({ agencyId: randomUUID(), order: direct() }), /^unknown_template: /],
    ["with another agency's template", () => ({ order: direct({ templateId: other.templateId }) }), /^unknown_template: /],
    ["with another agency's customer", () => ({ agencyId: other.agencyId, order: direct({ templateId: other.templateId }) }), /^unknown_customers: /],
  ])("%s", async (_name, fields, detail) => {
    const envelope = order(fields());
    await pipeline.publisher.publish(envelope);
    const letter = await letterOf(envelope);
    expect(letter).toMatchObject({ reason: "rejected", detail: expect.stringMatching(detail), failures: 0 });
    expect(letter.headers["ce-type"]).toBe("fanfare.work.v1.SendBlastToCustomer");
  }); // prettier-ignore

  test("of a blast's sequence that does not exist, even beyond any number we keep, without harm to its batch", async () => {
    await sender.stop();
    const blastId = await blast({ count: 3 });
    await until("the release", 10_000, async () =>
      (await pipeline.database.asSystem((tx) =>
        tx.selectFrom("blasts").select("released_count").where("id", "=", blastId).executeTakeFirstOrThrow(),
      )).released_count === 3,
    ); // prettier-ignore
    const beyond = [99, 4_294_967_295].map((sequence) =>
      order({ lane: Lane.STANDARD, order: { case: "delivery", value: { blastId, sequence } } }),
    );
    await pipeline.publisher.publishAll(beyond);
    sender = await pipeline.startCustomerSender();
    for (const envelope of beyond)
      expect(await letterOf(envelope)).toMatchObject({
        reason: "rejected",
        detail: expect.stringMatching(/^unknown_delivery/),
      });
    expect(await audited(blastId)).toMatchObject({ states: { accepted: 3 }, problems: [] });
  });

  test("that names another customer than its delivery's, and the right message is not taken down with it", async () => {
    await sender.stop();
    const blastId = await blast({ count: 1 });
    await until("the release", 10_000, async () =>
      (await pipeline.database.asSystem((tx) =>
        tx.selectFrom("blasts").select("released_count").where("id", "=", blastId).executeTakeFirstOrThrow(),
      )).released_count === 1,
    ); // prettier-ignore
    const wrong = order({
      lane: Lane.STANDARD,
      order: { case: "delivery", value: { blastId, sequence: 1 } },
    });
    await pipeline.publisher.publish(wrong);
    sender = await pipeline.startCustomerSender();
    expect(await letterOf(wrong)).toMatchObject({ detail: expect.stringMatching(/^wrong_customer/) });
    expect(await audited(blastId)).toMatchObject({ states: { accepted: 1 }, problems: [] });
    const letters = await pipeline.database.asSystem((tx) =>
      tx
        .selectFrom("dead_letters")
        .select("id")
        .where("detail", "like", `wrong_customer%${blastId}%`)
        .execute(),
    );
    expect(letters).toHaveLength(1);
  });

  test("with an idempotency key that stood for another order", async () => {
    const idempotencyKey = randomUUID();
    await pipeline.publisher.publish(order({ idempotencyKey, order: direct({ customMessage: "first" }) }));
    await until("the first", 10_000, async () =>
      (await pipeline.database.asSystem((tx) =>
        tx.selectFrom("idempotency_keys").select("result").where("key", "=", idempotencyKey).executeTakeFirst(),
      )) !== undefined,
    ); // prettier-ignore
    const second = order({ idempotencyKey, order: direct({ customMessage: "second" }) });
    // Another message id, or the broker drops it before anyone sees it.
    await publishRaw(pipeline.publisher, second.body === undefined ? second : { ...second, headers: { ...second.headers, "Nats-Msg-Id": randomUUID() } });
    expect(await letterOf(second)).toMatchObject({ reason: "rejected", detail: expect.stringMatching(/^idempotency_key_reused/) });
  }); // prettier-ignore

  test.each<[string, Uint8Array, Record<string, string>, string]>([
    ["that is no protobuf", Buffer.from("\u0000\u0001 this is no protobuf"), {}, "undecodable"],
    ["of an unknown type", order0(), { "ce-type": "fanfare.work.v1.Nonsense" }, "undecodable"],
    [
      "that breaks a rule of the contract",
      Buffer.from('{"agencyId":"me"}'),
      { "content-type": "application/json" },
      "invalid",
    ],
    ["whose JSON is none", Buffer.from("{"), { "content-type": "application/json" }, "undecodable"],
    [
      "with a zero character in its words",
      Buffer.from('{"agencyId":"\\u0000"}'),
      { "content-type": "application/json" },
      "invalid",
    ],
  ])("%s", async (_name, body, headers, reason) => {
    const subject = `fanfare.work.customer.urgent.${agency.agencyId}`;
    const letter = await letterOf(await publishRaw(pipeline.publisher, { subject, body, headers }));
    expect(letter).toMatchObject({ reason, agency_id: agency.agencyId });
    expect(letter.detail).not.toBe("");
  });

  test("with a zero character in the custom message, which no table takes", async () => {
    const envelope = order({ order: direct({ customMessage: "a\u0000b" }) });
    await pipeline.publisher.publish(envelope);
    expect((await letterOf(envelope)).detail).not.toBe("");
  });
});

function order0(): Uint8Array {
  return Buffer.from([]);
}

describe("what the agency's state says at the moment of the claim", () => {
  test.each(["suspended", "paused"] as const)("%s: nothing leaves, nothing is lost, and it goes on afterwards", async (what) => {
    const of = await createAgencyRows(pipeline.database);
    const [stopped, going] = what === "paused" ? [{ paused: true }, { paused: false }] : [{ standing: "suspended" as const }, { standing: "good" as const }];
    const ids = await createCustomerRows(pipeline.database, of.agencyId, 1);
    await pipeline.database.asSystem((tx) => updateAgency(tx, of.agencyId, stopped));
    const envelope = order({ agencyId: of.agencyId, customerId: ids[0]!, order: direct({ templateId: of.templateId }) });
    await pipeline.publisher.publish(envelope);
    const blastId = await until("the order", 10_000, async () =>
      (await pipeline.database.asSystem((tx) => tx.selectFrom("blasts").select("id").where("agency_id", "=", of.agencyId).executeTakeFirst()))?.id,
    );
    await until("an empty queue", 10_000, async () => (await queued()) === 0);
    expect(await statesOf(blastId)).toEqual({ pending: 1 });
    await pipeline.database.asSystem((tx) => updateAgency(tx, of.agencyId, going));
    expect(await audited(blastId)).toMatchObject({ states: { accepted: 1 }, problems: [] });
  }); // prettier-ignore
});

test("a verifier out of credit stops nothing: those without a verdict are mailed, those with one are judged", async () => {
  await sender.stop();
  const of = await createAgencyRows(pipeline.database, { settings: { verify_addresses: true } });
  const good = await createCustomerRows(pipeline.database, of.agencyId, 3);
  const bad = await createCustomerRows(pipeline.database, of.agencyId, 1, "rejected-email");
  const verifier = createKickbox({ apiUrl: pipeline.sandbox.url, apiKey: "test_key", timeoutMs: 2_000, maxConcurrent: 5 });
  const verifying = await pipeline.startCustomerSender(() => ({ verifier }));
  expect(await audited(await blast({ of, ids: [...good, ...bad] }))).toMatchObject({
    states: { accepted: 3, skipped: 1 }, reasons: { invalid_address: 1 }, problems: [],
  });
  const config = { method: "POST", body: JSON.stringify({ kickboxBalance: 0 }) };
  await fetch(`${pipeline.sandbox.url}/_sandbox/config`, config);
  expect(await audited(await blast({ of }))).toMatchObject({ states: { accepted: 5 }, problems: [] });
  await verifying.stop();
  sender = await pipeline.startCustomerSender();
}); // prettier-ignore

async function statesOf(blastId: string): Promise<Record<string, number>> {
  const rows = await pipeline.database.asSystem((tx) =>
    tx.selectFrom("deliveries").select("state").where("blast_id", "=", blastId).execute(),
  );
  const states: Record<string, number> = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  return states;
}

async function queued(): Promise<number> {
  const { jetstreamManager } = await import("@nats-io/jetstream");
  const manager = await jetstreamManager(pipeline.connection, { checkAPI: false });
  return (await manager.streams.info("WORK_CUSTOMER")).state.messages;
}
