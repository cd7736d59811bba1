// Blasts that came together and are frozen together: each as it would be alone, and none if not all can be paid.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import { createBlastStore, type BlastStore } from "#core/adapters/postgres/blast-store.ts";
import { NotOrdinaryError, smallAudience } from "#core/adapters/postgres/blasts/start-small.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditCredits } from "#test/support/audit-blast.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
let store: BlastStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createBlastStore(db.database);
});
afterAll(() => db?.drop());

const accept = (agency: AgencyRows, audience: AudienceJson) =>
  acceptBlastRows(db.database, agency, { audience });

async function listOf(agency: AgencyRows, ids: string[]): Promise<string> {
  return db.database.asSystem(async (tx) => {
    const row = { agency_id: agency.agencyId, name: randomUUID() };
    const list = await tx.insertInto("customer_lists").values(row).returning("id").executeTakeFirstOrThrow();
    await sql`INSERT INTO customer_list_members (list_id, customer_id, agency_id) SELECT ${list.id}, id, ${agency.agencyId}
      FROM unnest(${ids}::uuid[]) AS id`.execute(tx);
    return list.id;
  });
}

const start = ({ agencyId }: AgencyRows, ids: string[], userId: string | null = null) =>
  store.startSmallBlasts(
    agencyId,
    ids.map((blastId) => ({ blastId, userId })),
    () => [],
  );

const rowsOf = (blastId: string) =>
  db.database.asSystem(async (tx) => {
    const { rows } = await sql<{ seq: number; state: string; reason: string }>`
      SELECT seq, state, reason FROM deliveries WHERE blast_id = ${blastId} ORDER BY seq`.execute(tx);
    return rows.map(({ seq, state, reason }) => `${seq} ${state} ${reason}`.trim());
  });

const stateOf = (blastId: string) =>
  db.database.asSystem(async (tx) => {
    const blast = await tx
      .selectFrom("blasts")
      .select("state")
      .where("id", "=", blastId)
      .executeTakeFirstOrThrow();
    return blast.state;
  });

it("freezes each distinct by address, ends one of which nobody is left, and reserves for all of them", async () => {
  const agency = await createAgencyRows(db.database, { credits: 10 });
  const ids = await createCustomerRows(db.database, agency.agencyId, 4);
  await db.database.asSystem((tx) => sql`UPDATE customers SET status = 'inactive' WHERE id = ${ids[3]}`.execute(tx));
  await db.database.asSystem((tx) => sql`UPDATE customers SET address_key = (SELECT address_key FROM customers WHERE id = ${ids[0]}) WHERE id = ${ids[1]}`.execute(tx));
  const some = await accept(agency, { listId: await listOf(agency, ids) });
  const named = await accept(agency, { customers: { ids: [ids[2]!, ids[2]!] } });
  const nobody = await accept(agency, { listId: await listOf(agency, [ids[3]!]) });
  const started = await start(agency, [some, named, nobody]);
  expect(started).toHaveLength(3);
  expect(await rowsOf(some)).toEqual(["1 pending", "2 skipped duplicate_address", "3 pending", "4 skipped inactive"]);
  expect(await rowsOf(named)).toEqual(["1 pending"]);
  expect(await rowsOf(nobody)).toEqual(["1 skipped inactive"]);
  expect(started.find(({ blastId }) => blastId === nobody)?.ended).toMatchObject({ state: "completed", skipped: 1 });
  expect([await stateOf(some), await stateOf(named), await stateOf(nobody)]).toEqual(["sending", "sending", "completed"]);
  expect(await auditCredits(db.database, agency.agencyId)).toEqual([]);
  expect(await start(agency, [some, named, nobody])).toEqual([]);
}); // prettier-ignore

it("writes nothing when the credit is not enough for all of them", async () => {
  const agency = await createAgencyRows(db.database, { credits: 3 });
  const ids = await createCustomerRows(db.database, agency.agencyId, 2);
  const blasts = [await accept(agency, { customers: { ids } }), await accept(agency, { customers: { ids } })];
  await expect(start(agency, blasts)).rejects.toThrow(NotOrdinaryError);
  for (const blast of blasts) {
    expect(await stateOf(blast)).toBe("accepted");
    expect(await rowsOf(blast)).toEqual([]);
  }
  expect(await auditCredits(db.database, agency.agencyId)).toEqual([]);
});

it("leaves those that are not ordinary to go their own way", async () => {
  const agency = await createAgencyRows(db.database);
  const other = await createAgencyRows(db.database);
  const ids = await createCustomerRows(db.database, agency.agencyId, smallAudience + 1);
  const theirs = await createCustomerRows(db.database, other.agencyId, 1);
  const large = await accept(agency, { listId: await listOf(agency, ids) });
  const empty = await accept(agency, { listId: await listOf(agency, []) });
  const filtered = await accept(agency, { filter: { locale: "en" } });
  const another = await accept(other, { customers: { ids: theirs } });
  expect(await start(agency, [large, empty, filtered, another, randomUUID()])).toEqual([]);
  const ordinary = await accept(agency, { customers: { ids: ids.slice(0, 1) } });
  expect(await start(agency, [ordinary], randomUUID())).toEqual([]);
  await db.database.asSystem((tx) =>
    tx.updateTable("agencies").set({ standing: "suspended" }).where("id", "=", agency.agencyId).execute(),
  );
  expect(await start(agency, [ordinary])).toEqual([]);
  expect(await rowsOf(ordinary)).toEqual([]);
});

it("starts a blast once, whoever takes it at the same time", async () => {
  const agency = await createAgencyRows(db.database);
  const ids = await createCustomerRows(db.database, agency.agencyId, 3);
  // The first round opens the connections.
  for (let round = 0; round < 5; round++) {
    const blasts: string[] = [];
    for (let n = 0; n < 6; n++) blasts.push(await accept(agency, { customers: { ids } }));
    const taken = await Promise.all([
      start(agency, blasts),
      start(agency, blasts.toReversed()),
      start(agency, blasts),
    ]);
    const started = taken.flat().map(({ blastId }) => blastId);
    expect(started.toSorted()).toEqual(blasts.toSorted());
  }
});

it("waits for whoever is changing one of them, and goes by what is left", async () => {
  const agency = await createAgencyRows(db.database);
  const ids = await createCustomerRows(db.database, agency.agencyId, 3);
  const cancelled = await accept(agency, { customers: { ids } });
  const paused = await accept(agency, { customers: { ids } });
  const goOn = Promise.withResolvers<void>();
  const changed = Promise.withResolvers<void>();
  const changing = db.database.asSystem(async (tx) => {
    await sql`UPDATE blasts SET state = 'cancelled' WHERE id = ${cancelled}`.execute(tx);
    await sql`UPDATE blasts SET paused = true WHERE id = ${paused}`.execute(tx);
    changed.resolve();
    await goOn.promise;
  });
  await changed.promise;
  const starting = start(agency, [cancelled, paused]);
  await expect
    .poll(() => db.database.asSystem((tx) => sql`SELECT FROM pg_locks WHERE NOT granted`.execute(tx)), { timeout: 5_000 })
    .toMatchObject({ rows: [{}] });
  goOn.resolve();
  await changing;
  expect((await starting).map(({ blastId, eligible }) => [blastId, eligible])).toEqual([[paused, 3]]);
  expect([await stateOf(cancelled), await stateOf(paused)]).toEqual(["cancelled", "sending"]);
  expect(await rowsOf(cancelled)).toEqual([]);
  const left = await db.database.asSystem((tx) =>
    tx.selectFrom("blasts").select(["paused", "eligible"]).where("id", "=", paused).execute());
  expect(left).toEqual([{ paused: true, eligible: 3 }]);
  expect(await auditCredits(db.database, agency.agencyId)).toEqual([]);
}); // prettier-ignore

it("is fed with all of its deliveries when it is taken for the first time, and as any other later", async () => {
  const agency = await createAgencyRows(db.database);
  const ids = await createCustomerRows(db.database, agency.agencyId, 3);
  await db.database.asSystem((tx) => sql`UPDATE customers SET status = 'inactive' WHERE id = ${ids[1]}`.execute(tx));
  const small = await accept(agency, { customers: { ids } });
  const larger = await accept(agency, { customers: { ids: await createCustomerRows(db.database, agency.agencyId, smallAudience) } });
  await start(agency, [small, larger]);
  const take = async (which: "all" | "new") => {
    const taken = await store.takeBlastsToFeed("standard", 100, which);
    await store.giveBack(taken.map(({ id }) => id));
    return new Map(taken.map((blast) => [blast.id, blast]));
  };
  const fresh = await take("new");
  const first = [{ seq: 1, customer_id: ids[0] }, { seq: 3, customer_id: ids[2] }];
  expect(fresh.get(small)).toMatchObject({ backlog: 2, first });
  expect(fresh.get(larger)).toMatchObject({ backlog: smallAudience, first: null });
  expect(await store.nextPortion(fresh.get(small)!, 2)).toEqual(first);
  expect(await store.nextPortion(fresh.get(small)!, 1)).toEqual(first.slice(0, 1));
  expect(await store.nextPortion(fresh.get(larger)!, 5)).toHaveLength(5);
  expect([...(await take("new")).keys()]).not.toContain(small);
  const again = (await take("all")).get(small)!;
  expect(again.first).toBeUndefined();
  expect(await store.nextPortion(again, 2)).toEqual(first);
}); // prettier-ignore
