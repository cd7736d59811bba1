import { randomUUID } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

let api: TestApi;
let agency: TestAgency;
const ann = randomUUID();
const bob = randomUUID();
const blastId = "01990000-0000-7000-8000-000000000001";

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
  // Three at the same microsecond, one a microsecond later, one of another customer.
  await api.database.withAgency(agency.agencyId, (tx) =>
    sql`INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, at, data) VALUES
      (${blastId}, 1, 1, ${agency.agencyId}, ${ann}, 'delivery.frozen', '2026-11-01 10:00:00.000001Z', '{}'),
      (${blastId}, 1, 2, ${agency.agencyId}, ${ann}, 'delivery.claimed', '2026-11-01 10:00:00.000001Z', '{}'),
      (${blastId}, 1, 3, ${agency.agencyId}, ${ann}, 'delivery.accepted', '2026-11-01 10:00:00.000002Z', '{"worker":"w1"}'),
      (${blastId}, 2, 1, ${agency.agencyId}, ${bob}, 'delivery.frozen', '2026-11-01 10:00:00.000001Z', '{}'),
      (uuid_v7(), 0, 0, ${agency.agencyId}, ${ann}, 'customer.opted_out', '2026-11-02 10:00:00Z', '{}')`.execute(
      tx,
    ),
  );
});
afterAll(() => api.close());

async function kinds(o: { customerId?: string; size: number }): Promise<string[]> {
  const client = createClient(ActivityService, agency.transport);
  const found: string[] = [];
  let token = "";
  do {
    const { activities, page } = await client.listActivities({
      page: { size: o.size, token },
      customerId: o.customerId ?? "",
    });
    found.push(...activities.map((activity) => `${activity.kind} ${activity.deliveryId}`));
    token = page?.nextToken ?? "";
  } while (token !== "");
  return found;
}

it("lists a customer's activities newest first, the same in pages of any size", async () => {
  const expected = [
    "customer.opted_out ",
    `delivery.accepted ${blastId}.1`,
    `delivery.claimed ${blastId}.1`,
    `delivery.frozen ${blastId}.1`,
  ];
  for (const size of [1, 2, 3, 50]) expect(await kinds({ customerId: ann, size })).toEqual(expected);
});

it("lists all activities of the agency, with their data", async () => {
  expect(await kinds({ size: 2 })).toHaveLength(5);
  const { activities } = await createClient(ActivityService, agency.transport).listActivities({
    customerId: ann,
  });
  expect(activities[1]?.data).toEqual({ worker: "w1" });
});

it("shows another agency nothing", async () => {
  const other = createClient(ActivityService, (await api.createTestAgency()).transport);
  expect((await other.listActivities({ customerId: ann })).activities).toEqual([]);
});
