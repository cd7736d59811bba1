// I8: one blast per idempotency key and one per (schedule, occurrence); the same key with another body is refused.
import { randomUUID } from "node:crypto";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { createLogger } from "#core/runtime/log.ts";
import { fireSchedules } from "../../services/scheduler/fire-schedules.ts";
import type { SchedulerDeps } from "../../services/scheduler/deps.ts";
import { createAgencyRows, createCustomerRows, type AgencyRows } from "#test/support/agency-rows.ts";
import { startTestApi, type TestApi } from "#test/support/api.ts";

const parallel = 20;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

async function sendable() {
  const agency = await createAgencyRows(api.database);
  const ids = await createCustomerRows(api.database, agency.agencyId, 3);
  const client = createClient(BlastService, api.operatorTransport(agency.agencyId));
  const request = (idempotencyKey: string, customMessage = "Be safe.") => ({
    idempotencyKey,
    name: "Storm",
    content: { templateId: agency.templateId, customMessage },
    audience: { of: { case: "customers" as const, value: { ids } } },
  });
  return { agency, ids, client, request };
}

async function blastsOf(agencyId: string): Promise<number> {
  const rows = await api.database.asSystem((tx) =>
    tx.selectFrom("blasts").select("id").where("agency_id", "=", agencyId).execute(),
  );
  return rows.length;
}

test("twenty calls at once with one key make one blast, and all are told its id", async () => {
  const { agency, client, request } = await sendable();
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: parallel }, () => client.sendBlast(request(key))));
  expect(new Set(answers.map(({ blastId }) => blastId)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await blastsOf(agency.agencyId)).toBe(1);
});

test("twenty direct sends at once with one key make one delivery and cost one credit", async () => {
  const { agency, ids, client } = await sendable();
  const request = {
    idempotencyKey: randomUUID(),
    customerId: ids[0]!,
    content: { templateId: agency.templateId },
  };
  await Promise.all(Array.from({ length: parallel }, () => client.sendToCustomer(request)));
  expect(await blastsOf(agency.agencyId)).toBe(1);
  const { balance } = await api.database.asSystem((tx) =>
    tx
      .selectFrom("credits")
      .select("balance")
      .where("agency_id", "=", agency.agencyId)
      .executeTakeFirstOrThrow(),
  );
  expect(balance).toBe(1_000_000 - 1);
});

test("the same key with another body is refused, and nothing is written", async () => {
  const { agency, client, request } = await sendable();
  const key = randomUUID();
  await client.sendBlast(request(key));
  const error = await client.sendBlast(request(key, "Other words.")).catch(ConnectError.from);
  expect(error).toMatchObject({ code: Code.AlreadyExists });
  expect(await blastsOf(agency.agencyId)).toBe(1);
});

test("of twenty calls at once with one key and two bodies one body wins and the other is refused", async () => {
  const { agency, client, request } = await sendable();
  const key = randomUUID();
  const bodies = Array.from({ length: parallel }, (_, n) => request(key, n % 2 === 0 ? "One." : "Two."));
  const outcomes = await Promise.allSettled(bodies.map((body) => client.sendBlast(body)));
  const won = outcomes.flatMap((outcome, n) => (outcome.status === "fulfilled" ? [n % 2] : []));
  expect(won).toHaveLength(parallel / 2);
  expect(new Set(won).size).toBe(1);
  expect(await blastsOf(agency.agencyId)).toBe(1);
});

test("the same key of two agencies is two keys", async () => {
  const [one, two] = [await sendable(), await sendable()];
  const key = randomUUID();
  const first = await one.client.sendBlast(one.request(key));
  const second = await two.client.sendBlast(two.request(key));
  expect(first.blastId).not.toBe(second.blastId);
  expect(second.replayed).toBe(false);
});

const log = createLogger({ service: "test", level: "silent" });

/** Only what firing uses. */
const scheduler = (name: string) =>
  ({ store: createTimerStore(api.database), log, name, nowMs: Date.now }) as unknown as SchedulerDeps;

async function schedule(
  agency: AgencyRows,
  audience: object,
  o: { dueSecondsAgo?: number; name?: string } = {},
): Promise<string> {
  const { rows } = await api.database.asSystem((tx) =>
    sql<{ id: string }>`
      INSERT INTO schedules (agency_id, name, template_id, template_version, audience, lane, local_start, rrule, time_zone, next_at, next_occurrence)
      VALUES (${agency.agencyId}, ${o.name ?? "Weekly"}, ${agency.templateId}, 0, ${JSON.stringify(audience)}::jsonb, 'standard', '2026-01-01T09:00',
        'FREQ=DAILY', 'America/Chicago', now() - make_interval(secs => ${o.dueSecondsAgo ?? 1}), '2026-11-22T09:00') RETURNING id`.execute(tx),
  );
  return rows[0]!.id;
} // prettier-ignore

async function fireAll(schedulers: number): Promise<void> {
  await Promise.all(
    Array.from({ length: schedulers }, async (_, n) => {
      const deps = scheduler(`scheduler-${n}`);
      while ((await fireSchedules(deps)).more);
    }),
  );
}

const scheduled = (id: string) =>
  api.database.asSystem((tx) => tx.selectFrom("blasts").selectAll().where("schedule_id", "=", id).execute());

test("five schedulers fire one occurrence once, with one message in the outbox", async () => {
  const { agency, ids } = await sendable();
  const due = await Promise.all(Array.from({ length: 10 }, () => schedule(agency, { customers: { ids } })));
  await fireAll(5);
  for (const id of due) expect(await scheduled(id)).toHaveLength(1);
  const outbox = await api.database.asSystem((tx) =>
    tx.selectFrom("outbox").select("id").where("agency_id", "=", agency.agencyId).execute(),
  );
  expect(outbox).toHaveLength(due.length);
});

test("a schedule whose list is gone gives up its occurrence and no other schedule's", async () => {
  const { agency, ids } = await sendable();
  const broken = await Promise.all(
    Array.from({ length: 5 }, () => schedule(agency, { listId: randomUUID() }, { dueSecondsAgo: 10 })),
  );
  const sound = await Promise.all(Array.from({ length: 5 }, () => schedule(agency, { customers: { ids } })));
  await fireAll(5);
  for (const id of broken) expect(await scheduled(id)).toHaveLength(0);
  for (const id of sound) expect(await scheduled(id)).toHaveLength(1);
});

test("a key that somebody used before stops no other schedule", async () => {
  const { agency, ids, client, request } = await sendable();
  const taken = await schedule(agency, { customers: { ids } }, { dueSecondsAgo: 10 });
  await client.sendBlast(request(`schedule:${taken}:2026-11-22T09:00`));
  const sound = await schedule(agency, { customers: { ids } });
  await fireAll(1);
  expect(await scheduled(sound)).toHaveLength(1);
});

test("a customer who was deleted since does not stop the schedule for the others", async () => {
  const { agency, ids } = await sendable();
  const id = await schedule(agency, { customers: { ids } });
  await api.database.asSystem((tx) =>
    tx.updateTable("customers").set({ status: "deleted" }).where("id", "=", ids[0]!).execute(),
  );
  await fireAll(1);
  expect(await scheduled(id)).toHaveLength(1);
});
