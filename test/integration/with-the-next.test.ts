// Statements that leave with the next one of their transaction, in one write.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeGate, passGate } from "#core/adapters/postgres/agencies/gate.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { planByIndex } from "#core/adapters/postgres/plan-by-index.ts";
import { createAgencyRows, type AgencyRows } from "#test/support/agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
let agency: AgencyRows;
beforeAll(async () => {
  db = await createTestDatabase();
  agency = await createAgencyRows(db.database);
});
afterAll(() => db?.drop());

const rename = (tx: Tx, name: string) =>
  sql`UPDATE agencies SET name = ${name} WHERE id = ${agency.agencyId}`.execute(tx);
const names = (tx: Tx) => sql<{ name: string }>`SELECT name FROM agencies`.execute(tx);
const waitForLock = () =>
  expect
    .poll(
      () =>
        db.database.asSystem((tx) =>
          sql`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`.execute(tx),
        ),
      { timeout: 5_000 },
    )
    .toMatchObject({ rows: [{}] });

test("what stands behind the gate sees what was committed before it opened", async () => {
  const { agencyId } = agency;
  const goOn = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const deciding = db.database.withAgency(agencyId, async (tx) => {
    await closeGate(tx, agencyId);
    closed.resolve();
    await goOn.promise;
    await rename(tx, "Behind the gate");
  });
  await closed.promise;
  const claiming = db.database.withAgency(agencyId, async (tx) => {
    await passGate(tx, agencyId);
    return names(tx);
  });
  await waitForLock();
  goOn.resolve();
  await deciding;
  expect((await claiming).rows).toEqual([{ name: "Behind the gate" }]);
});

test("its rows are there when the next one has been answered", async () => {
  const { rows } = await db.database.asSystem(async (tx) => {
    const first = await sql<{ n: number }>`/* prepared first-of-two, with the next */ SELECT ${7}::int AS n`.execute(tx);
    expect(first.rows).toEqual([]);
    await names(tx);
    return first;
  }); // prettier-ignore
  expect(rows).toEqual([{ n: 7 }]);
});

test("settings hold to the end of the transaction, and of one of a single statement too", async () => {
  const show = (tx: Tx) => sql`SHOW enable_seqscan`.execute(tx);
  for (const scope of ["any", "one statement"] as const) {
    const { rows } = await db.database.asSystem(async (tx) => {
      await planByIndex(tx);
      return show(tx);
    }, scope);
    expect(rows).toEqual([{ enable_seqscan: "off" }]);
  }
  for (let connection = 0; connection < 3; connection += 1)
    expect((await db.database.asSystem(show)).rows).toEqual([{ enable_seqscan: "on" }]);
});

test("tells its own error, and what leaves with it is not written", async () => {
  const failing = db.database.asSystem(async (tx) => {
    await sql`/* prepared divide-first, with the next */ SELECT 1 / ${0}::int`.execute(tx);
    await rename(tx, "Not written");
  });
  await expect(failing).rejects.toThrow("division by zero");
  expect((await db.database.asSystem(names)).rows).not.toContainEqual({ name: "Not written" });
});

test("leaves with the end of the transaction when nothing else is behind it", async () => {
  await db.database.asSystem(async (tx) => {
    await sql`/* prepared rename-first, with the next */ UPDATE agencies SET name = ${"Alone"}`.execute(tx);
  });
  expect((await db.database.asSystem(names)).rows).toEqual([{ name: "Alone" }]);
});
