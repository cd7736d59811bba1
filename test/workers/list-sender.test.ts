// One message, one outcome: list-sender on the real broker and database; and what a person does to a blast while it runs.
import { randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancelBlast, pauseBlast } from "#core/adapters/postgres/blasts/steer.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { publishRaw, startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

let pipeline: Pipeline;
let agency: AgencyRows;
let other: AgencyRows;
let ids: string[];

beforeAll(async () => {
  pipeline = await startPipeline();
  agency = await createAgencyRows(pipeline.database);
  other = await createAgencyRows(pipeline.database);
  ids = await createCustomerRows(pipeline.database, agency.agencyId, 4);
  await pipeline.startListSender({ blastWindow: 100 });
  await pipeline.startScheduler();
  await pipeline.startCustomerSender(() => ({ batchMax: 20 }));
});
afterAll(() => pipeline?.close());

type Fields = MessageInitShape<typeof SendBlastToCustomerListSchema>;
type NewBlast = {
  templateId?: string;
  templateVersion?: number;
  customers?: string[];
  listId?: string;
  name?: string;
};

const newBlast = (o: NewBlast = {}): NonNullable<Fields["order"]> => ({
  case: "newBlast",
  value: {
    name: o.name ?? "Storm",
    content: { templateId: o.templateId ?? agency.templateId, templateVersion: o.templateVersion ?? 0 },
    audience: { of: o.listId === undefined ? { case: "customers", value: { ids: o.customers ?? ids } } : { case: "listId", value: o.listId } },
  },
}); // prettier-ignore

function order(fields: Fields) {
  const message = create(SendBlastToCustomerListSchema, {
    agencyId: agency.agencyId, lane: Lane.STANDARD, idempotencyKey: randomUUID(), ...fields,
  }); // prettier-ignore
  return workEnvelope(SendBlastToCustomerListSchema, message, { source: "test", timeMs: Date.now() });
}

async function letterOf(envelope: { body: Uint8Array }) {
  return until("its dead letter", 10_000, async () => {
    const rows = await pipeline.database.asSystem((tx) =>
      tx.selectFrom("dead_letters").selectAll().execute(),
    );
    return rows.find(({ body }) => Buffer.from(body).equals(envelope.body));
  });
}

async function audited(blastId: string) {
  await pipeline.ended(blastId);
  return auditBlast({ database: pipeline.database, sandboxUrl: pipeline.sandbox.url }, blastId);
}

async function readBlast(blastId: string) {
  return pipeline.database.asSystem((tx) =>
    tx.selectFrom("blasts").selectAll().where("id", "=", blastId).executeTakeFirstOrThrow(),
  );
}

async function accepted(blastId: string): Promise<number> {
  const rows = await pipeline.database.asSystem((tx) =>
    tx.selectFrom("blast_progress").select("accepted").where("blast_id", "=", blastId).execute(),
  );
  return rows.reduce((sum, row) => sum + row.accepted, 0);
}

async function createList(of: AgencyRows): Promise<string> {
  const row = { agency_id: of.agencyId, name: randomUUID() };
  const insert = () =>
    pipeline.database.asSystem((tx) => tx.insertInto("customer_lists").values(row).returning("id").executeTakeFirstOrThrow());
  return (await insert()).id;
} // prettier-ignore

describe("an order that can never be done becomes a dead letter, whole", () => {
  test.each<[string, () => Promise<Fields> | Fields, RegExp]>([
    ["for an unknown blast", () => ({ order: { case: "blastId", value: randomUUID() } }), /^unknown_blast: /],
    ["for an unknown customer", () => ({ order: newBlast({ customers: [...ids, randomUUID()] }) }), /^unknown_customers: /],
    ["for another agency's customers", () => ({ agencyId: other.agencyId, order: newBlast({ templateId: other.templateId }) }), /^unknown_customers: /],
    ["for an unknown list", () => ({ order: newBlast({ listId: randomUUID() }) }), /^unknown_customer_list: /],
    ["for another agency's list", async () => ({ order: newBlast({ listId: await createList(other) }) }), /^unknown_customer_list: /],
    ["with another agency's template", () => ({ order: newBlast({ templateId: other.templateId }) }), /^unknown_template: /],
    ["with a template version that does not exist", () => ({ order: newBlast({ templateVersion: 9 }) }), /^unknown_template: .*version 9/],
    ["with a template version beyond any number we keep", () => ({ order: newBlast({ templateVersion: 4_000_000_000 }) }), /^unknown_template: /],
    ["of an agency that does not exist", () => ({ agencyId: randomUUID(), order: newBlast() }), /^unknown_/],
  ])("%s", async (_name, fields, detail) => {
    const envelope = order(await fields());
    await pipeline.publisher.publish(envelope);
    expect(await letterOf(envelope)).toMatchObject({ reason: "rejected", detail: expect.stringMatching(detail) });
  }); // prettier-ignore

  test("of another agency's blast, which it leaves alone", async () => {
    const theirs = await createCustomerRows(pipeline.database, other.agencyId, 1);
    const blastId = await acceptBlastRows(pipeline.database, other, { audience: { customers: { ids: theirs } } });
    const envelope = order({ order: { case: "blastId", value: blastId } });
    await pipeline.publisher.publish(envelope);
    expect(await letterOf(envelope)).toMatchObject({ detail: expect.stringMatching(/^unknown_blast/), agency_id: agency.agencyId });
    expect(await audited(blastId)).toMatchObject({ states: { accepted: 1 }, problems: [] });
  }); // prettier-ignore

  test("with a key that stood for another order", async () => {
    const idempotencyKey = randomUUID();
    const first = order({ idempotencyKey, order: newBlast() });
    await pipeline.publisher.publish(first);
    await until("the first", 10_000, async () =>
      (await pipeline.database.asSystem((tx) =>
        tx.selectFrom("idempotency_keys").select("key").where("key", "=", idempotencyKey).executeTakeFirst(),
      )) !== undefined,
    ); // prettier-ignore
    const second = order({ idempotencyKey, order: newBlast({ name: "Other" }) });
    await publishRaw(pipeline.publisher, {
      ...second,
      headers: { ...second.headers, "Nats-Msg-Id": randomUUID() },
    });
    expect(await letterOf(second)).toMatchObject({
      detail: expect.stringMatching(/^idempotency_key_reused/),
    });
  });

  test.each([
    ["that is no protobuf", Buffer.from("\u0000\u0001 no protobuf"), "undecodable"],
    ["that says nothing", Buffer.from(""), "invalid"],
  ])("%s", async (_name, body, reason) => {
    const subject = `fanfare.work.list.bulk.${randomUUID()}`;
    const envelope = await publishRaw(pipeline.publisher, { subject, body });
    const letter = await until("its dead letter", 10_000, () =>
      pipeline.database.asSystem((tx) => tx.selectFrom("dead_letters").selectAll().where("subject", "=", subject).executeTakeFirst()),
    );
    expect(letter.reason).toBe(reason);
    expect(Buffer.from(letter.body).equals(envelope.body)).toBe(true);
  }); // prettier-ignore
});

describe("a blast that may not start is refused as a whole", () => {
  test("insufficient credit: every row is skipped with that reason, and no credit is touched", async () => {
    const poor = await createAgencyRows(pipeline.database, { credits: 4 });
    const five = await createCustomerRows(pipeline.database, poor.agencyId, 5);
    const blastId = await acceptBlastRows(pipeline.database, poor, { audience: { customers: { ids: five } } });
    expect(await audited(blastId)).toMatchObject({ state: "refused", states: { skipped: 5 }, reasons: { no_credit: 5 }, mails: 0, problems: [] });
    expect((await readBlast(blastId)).refusal_reason).toBe("insufficient_credit");
    expect(await auditCredits(pipeline.database, poor.agencyId)).toEqual([]);
    const ledger = await pipeline.database.asSystem((tx) => tx.selectFrom("ledger").select("kind").where("agency_id", "=", poor.agencyId).execute());
    expect(ledger).toEqual([{ kind: "top_up" }]);
  }); // prettier-ignore

  test("an empty audience", async () => {
    const listId = await createList(agency);
    const blastId = await acceptBlastRows(pipeline.database, agency, { audience: { listId } });
    expect(await audited(blastId)).toMatchObject({ state: "refused", audience: 0, problems: [] });
    expect((await readBlast(blastId)).refusal_reason).toBe("empty_audience");
  });

  test.each([
    ["a user who was deactivated", "user_inactive", (of: AgencyRows) =>
      pipeline.database.asSystem((tx) => tx.updateTable("users").set({ active: false }).where("id", "=", of.userId).execute())],
    ["a suspended agency", "agency_suspended", (of: AgencyRows) =>
      pipeline.database.asSystem((tx) => tx.updateTable("agencies").set({ standing: "suspended" }).where("id", "=", of.agencyId).execute())],
  ])("%s", async (_name, reason, change) => {
    const of = await createAgencyRows(pipeline.database);
    const three = await createCustomerRows(pipeline.database, of.agencyId, 3);
    await change(of);
    const blastId = await acceptBlastRows(pipeline.database, of, { audience: { customers: { ids: three } } });
    expect(await audited(blastId)).toMatchObject({ state: "refused", mails: 0, problems: [] });
    expect((await readBlast(blastId)).refusal_reason).toBe(reason);
    expect(await auditCredits(pipeline.database, of.agencyId)).toEqual([]);
  }); // prettier-ignore
});

describe("a person steers a blast", () => {
  async function slowly(): Promise<void> {
    await fetch(`${pipeline.sandbox.url}/_sandbox/config`, {
      method: "POST",
      body: JSON.stringify({ latencyMs: 40 }),
    });
  }

  async function large(): Promise<{ of: AgencyRows; blastId: string }> {
    const of = await createAgencyRows(pipeline.database);
    const many = await createCustomerRows(pipeline.database, of.agencyId, 400);
    return {
      of,
      blastId: await acceptBlastRows(pipeline.database, of, { audience: { customers: { ids: many } } }),
    };
  }

  test("cancel before it is frozen: nobody is mailed, nothing is reserved", async () => {
    const of = await createAgencyRows(pipeline.database);
    const three = await createCustomerRows(pipeline.database, of.agencyId, 3);
    const blastId = await acceptBlastRows(pipeline.database, of, { audience: { customers: { ids: three } } });
    await pipeline.database.withAgency(of.agencyId, (tx) => cancelBlast(tx, of.agencyId, blastId));
    expect(await audited(blastId)).toMatchObject({ state: "cancelled", mails: 0, problems: [] });
    expect(await auditCredits(pipeline.database, of.agencyId)).toEqual([]);
  });

  test("cancel while it is sent: what had not left is skipped, and its credit comes back", async () => {
    await slowly();
    const { of, blastId } = await large();
    await until("the first mails", 10_000, async () => (await accepted(blastId)) > 0);
    const steered = await pipeline.database.withAgency(of.agencyId, (tx) =>
      cancelBlast(tx, of.agencyId, blastId),
    );
    const { alreadyLeft } = steered as { alreadyLeft: number };
    const audit = await audited(blastId);
    expect(audit).toMatchObject({ state: "cancelled", audience: 400, problems: [] });
    expect(audit.reasons["cancelled"]).toBeGreaterThan(0);
    expect(audit.mails).toBeLessThanOrEqual(alreadyLeft);
    expect(await auditCredits(pipeline.database, of.agencyId)).toEqual([]);
  });

  test("pause, then resume, three times: nothing lost, nothing twice, and nothing leaves while it is paused", async () => {
    await slowly();
    const { of, blastId } = await large();
    const pause = (paused: boolean) =>
      pipeline.database.withAgency(of.agencyId, (tx) => pauseBlast(tx, of.agencyId, blastId, paused));
    for (let times = 0; times < 3; times++) {
      const before = await accepted(blastId);
      await until("progress", 10_000, async () => (await accepted(blastId)) > before || (await readBlast(blastId)).completed_at !== null);
      if ((await pause(true)).kind !== "ok") break;
      await until("what was on its way to arrive", 10_000, async () =>
        (await pipeline.database.asSystem((tx) => tx.selectFrom("claims").select("id").where("blast_id", "=", blastId).execute())).length === 0,
      );
      const during = await accepted(blastId);
      // The broker is asked for longer than a batch takes: what is still queued is taken off without leaving.
      await until("an idle queue", 10_000, async () => (await pipeline.connection.rtt()) >= 0);
      expect(await accepted(blastId)).toBe(during);
      await pause(false);
    }
    expect(await audited(blastId)).toMatchObject({ states: { accepted: 400 }, mails: 400, problems: [] });
  }); // prettier-ignore
});
