// I1: a blast goes on until each of its deliveries has ended, whatever feeders that met a rewind did to its mark.
import { afterAll, beforeAll, expect, test } from "vitest";
import { markReleased } from "#core/adapters/postgres/blasts/feed.ts";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { rewindBlasts } from "#core/adapters/postgres/blasts/rewind.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

async function startedBlast() {
  const agency = await createAgencyRows(db.database);
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, 3);
  const blastId = await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } });
  await db.database.withAgency(agencyId, async (tx) => {
    await freezePage(tx, agencyId, blastId);
    await startBlast(tx, agencyId, blastId);
  });
  return { agencyId, blastId };
}

const markOf = (blastId: string) =>
  db.database.asSystem((tx) =>
    tx
      .selectFrom("blasts")
      .select(["released_seq", "released_count", "release_round"])
      .where("id", "=", blastId)
      .executeTakeFirstOrThrow(),
  );

test("a feeder that slept through a rewind does not move the mark, though it is where it was", async () => {
  const { agencyId, blastId } = await startedBlast();
  const before = { id: blastId, released_seq: 0, release_round: 0 };
  const all = { lastSeq: 3, count: 3 };
  await db.database.withAgency(agencyId, async (tx) => {
    expect(await markReleased(tx, before, all)).toBe(true);
    expect(await rewindBlasts(tx, { blastId })).toBe(1);
    expect(await markReleased(tx, before, all)).toBe(false);
  });
  expect(await markOf(blastId)).toEqual({ released_seq: 0, released_count: 0, release_round: 1 });
});

test("a count that says more than was released is set right, so that the blast is fed again", async () => {
  const { agencyId, blastId } = await startedBlast();
  await db.database.asSystem((tx) =>
    tx.updateTable("blasts").set({ released_count: 3 }).where("id", "=", blastId).execute(),
  );
  await db.database.withAgency(agencyId, async (tx) => {
    expect(await rewindBlasts(tx, { blastId })).toBe(1);
    expect(await rewindBlasts(tx, { blastId })).toBe(0);
  });
  expect(await markOf(blastId)).toEqual({ released_seq: 0, released_count: 0, release_round: 1 });
});
