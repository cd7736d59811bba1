// Transactions of one statement, which leave with their beginning and their end in one round trip.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { createAgencyRows, type AgencyRows } from "#test/support/agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
let agencies: AgencyRows[];
beforeAll(async () => {
  db = await createTestDatabase();
  agencies = [await createAgencyRows(db.database), await createAgencyRows(db.database)];
});
afterAll(() => db?.drop());

const rename =
  (name: string, check = "") =>
  (tx: Tx) =>
    sql`UPDATE agencies SET name = ${name} WHERE ${sql.raw(check === "" ? "true" : check)} RETURNING id`.execute(
      tx,
    );
const names = async () => {
  const { rows } = await db.database.asSystem((tx) => sql<{ name: string }>`SELECT name FROM agencies`.execute(tx));
  return rows.map(({ name }) => name);
}; // prettier-ignore

test("is committed when it is answered, and sees its agency's rows and no other's", async () => {
  const { agencyId } = agencies[0]!;
  const { rows } = await db.database.withAgency(agencyId, rename("Renamed"), "one statement");
  expect(rows).toEqual([{ id: agencyId }]);
  expect((await names()).filter((name) => name === "Renamed")).toHaveLength(1);
});

test("fails with its statement's error, writes nothing, and leaves connections that work", async () => {
  const { agencyId } = agencies[0]!;
  for (let round = 0; round < 6; round += 1)
    await expect(
      db.database.withAgency(agencyId, rename("Broken", "1 / (SELECT 0) = 1"), "one statement"),
    ).rejects.toThrow("division by zero");
  expect(await names()).not.toContain("Broken");
  await db.database.withAgency(agencyId, rename("Mended"));
  expect(await names()).toContain("Mended");
});

test("refuses a second statement, which would run outside of it and as nobody's", async () => {
  const { agencyId } = agencies[0]!;
  const twice = async (tx: Tx) => {
    await rename("First")(tx);
    await rename("Second")(tx);
  };
  await expect(db.database.withAgency(agencyId, twice, "one statement")).rejects.toThrow(
    "was to be the last",
  );
  expect(await names()).not.toContain("Second");
});
