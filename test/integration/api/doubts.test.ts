import { Code, createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

let api: TestApi;
let agency: TestAgency;
let blastId: string;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  agency = await api.createTestAgency({ name: "Doubtful Insurance" });
  const [blast] = await system(sql<{ id: string }>`
    INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state)
    VALUES (${agency.agencyId}, 'Storm', 'standard', uuid_v7(), 1, '{}', 'sending') RETURNING id`);
  blastId = blast?.id ?? "";
});

const system = <T>(query: ReturnType<typeof sql<T>>) =>
  api.database.asSystem(async (tx) => (await query.execute(tx)).rows);
const operator = () => createClient(QueueService, api.operatorTransport());
const ofAgency = <T extends { agencyId: string }>(rows: T[]) =>
  rows.find((row) => row.agencyId === agency.agencyId);

const count = (o: { held: number }) =>
  system(sql`INSERT INTO blast_progress (blast_id, shard, agency_id, held)
    VALUES (${blastId}, 0, ${agency.agencyId}, ${o.held})`);
const doubt = (seq: number, ageSeconds: number, looks: number) =>
  system(sql`INSERT INTO doubts (blast_id, seq, agency_id, attempt, since, claimed_at, next_look_at, looks)
    VALUES (${blastId}, ${seq}, ${agency.agencyId}, 1, now() - ${ageSeconds}::int * interval '1 second', now(), now(), ${looks})`);
const answer = (seq: number, kind: string, data: object = {}) =>
  system(sql`INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
    VALUES (${blastId}, ${seq}, 1, ${agency.agencyId}, uuid_v7(), ${kind}, ${JSON.stringify(data)})`);

describe("ListDoubts", () => {
  it("tells operators whose sends are in doubt, since when, and which blasts hold some for a person", async () => {
    await count({ held: 3 });
    await doubt(1, 100, 2);
    await doubt(2, 900, 7);
    const found = ofAgency((await operator().listDoubts({})).agencies);
    expect(found).toMatchObject({ agencyName: "Doubtful Insurance", inDoubt: 2, held: 3, mostLooks: 7 });
    expect(Date.now() / 1000 - Number(found?.oldestInDoubtAt?.seconds)).toBeGreaterThanOrEqual(899);
    expect(found?.blasts).toMatchObject([{ blastId, name: "Storm", inDoubt: 2, held: 3 }]);
  });

  it("leaves out agencies of which everything is settled", async () => {
    await count({ held: 0 });
    expect(ofAgency((await operator().listDoubts({})).agencies)).toBeUndefined();
  });

  it("puts the oldest doubt first", async () => {
    await doubt(1, 100_000, 1);
    const { agencies } = await operator().listDoubts({});
    expect(agencies[0]?.agencyId).toBe(agency.agencyId);
  });
});

describe("ListProviderHealth", () => {
  it("counts the answers of the last ten minutes by what they were, with the last trouble and what is on the wire", async () => {
    await count({ held: 0 });
    for (const seq of [1, 2, 3]) await answer(seq, "delivery.accepted");
    await answer(4, "delivery.retry", { reason: "rate_limited" });
    await answer(5, "delivery.in_doubt", { reason: "timeout" });
    await answer(6, "customer.opted_out");
    await system(sql`INSERT INTO claims (id, agency_id, blast_id, seqs, attempts, lease_until, worker)
      VALUES (uuid_v7(), ${agency.agencyId}, ${blastId}, '{7,8}', '{1,1}', now() + interval '1 minute', 'w')`);
    const found = ofAgency((await operator().listProviderHealth({})).domains);
    expect(found).toMatchObject({
      accepted: 3,
      retried: 1,
      rejected: 0,
      inDoubt: 1,
      lastTrouble: "timeout",
      onTheWire: 2,
    });
    expect(found?.acceptedPerSecond).toBeCloseTo(3 / 600);
  });

  it("leaves out domains that were not at work", async () => {
    expect(ofAgency((await operator().listProviderHealth({})).domains)).toBeUndefined();
  });
});

describe("both", () => {
  it.each(["listDoubts", "listProviderHealth"] as const)("refuse an agency's admin: %s", async (name) => {
    const client = createClient(QueueService, agency.transport);
    expect(await errorOf(client[name]({}))).toMatchObject({ code: Code.PermissionDenied });
  });
});
