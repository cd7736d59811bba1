// A statement that says it is the last of its transaction has the COMMIT sent behind it.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.database.asSystem((tx) => sql`SELECT 1`.execute(tx));
});
afterAll(() => db?.drop());

const agencies = () =>
  db.database.asSystem((tx) => tx.selectFrom("agencies").select("name").orderBy("name").execute());

it("is committed before its answer comes, and its role ends with it", async () => {
  await db.database.asSystem(async (tx) => {
    await sql`/* prepared insert-last, then commit */ INSERT INTO agencies (name, sending_domain) VALUES (${"one"}, 'a.example')`.execute(
      tx,
    );
    expect(await agencies()).toEqual([{ name: "one" }]);
  });
  expect(await agencies()).toEqual([{ name: "one" }]);
});

it("takes what stands before it along when it fails", async () => {
  const failing = db.database.asSystem(async (tx) => {
    await sql`INSERT INTO agencies (name, sending_domain) VALUES ('two', 'a.example')`.execute(tx);
    await sql`/* prepared divide-last, then commit */ SELECT 1 / ${0}::int`.execute(tx);
  });
  await expect(failing).rejects.toThrow(/division by zero/);
  expect(await agencies()).toEqual([{ name: "one" }]);
});

it("bears no other behind it", async () => {
  const more = db.database.asSystem(async (tx) => {
    await sql`/* prepared select-last, then commit */ SELECT 1`.execute(tx);
    await sql`SELECT 2`.execute(tx);
  });
  await expect(more).rejects.toThrow(/last of its transaction/);
  expect(await agencies()).toEqual([{ name: "one" }]);
});
