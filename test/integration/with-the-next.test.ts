// Statements that leave with the next one of their transaction, in one write.
import { sql } from "kysely";
import { expect, test } from "vitest";
import { closeGate, passGate } from "#core/adapters/postgres/agencies/gate.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { planByIndex } from "#core/adapters/postgres/plan-by-index.ts";
import { holdOpen, othersWait } from "#test/support/held-open.ts";
import { ownAgency } from "#test/support/own-agency.ts";

const own = ownAgency();

const rename = (tx: Tx, name: string) =>
  sql`UPDATE agencies SET name = ${name} WHERE id = ${own.agencyId}`.execute(tx);
const names = (tx: Tx) => sql<{ name: string }>`SELECT name FROM agencies`.execute(tx);

test("what stands behind the gate sees what was committed before it opened", async () => {
  const { database, agencyId } = own;
  const deciding = await holdOpen(
    database,
    agencyId,
    (tx) => closeGate(tx, agencyId),
    (tx) => rename(tx, "Behind the gate"),
  );
  const claiming = database.withAgency(agencyId, async (tx) => {
    await passGate(tx, agencyId);
    return names(tx);
  });
  await othersWait(database);
  await deciding.end();
  expect((await claiming).rows).toEqual([{ name: "Behind the gate" }]);
});

test("its rows are there when the next one has been answered", async () => {
  const { rows } = await own.database.asSystem(async (tx) => {
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
    const { rows } = await own.database.asSystem(async (tx) => {
      await planByIndex(tx);
      return show(tx);
    }, scope);
    expect(rows).toEqual([{ enable_seqscan: "off" }]);
  }
  for (let connection = 0; connection < 3; connection += 1)
    expect((await own.database.asSystem(show)).rows).toEqual([{ enable_seqscan: "on" }]);
});

test("tells its own error, and what leaves with it is not written", async () => {
  const failing = own.database.asSystem(async (tx) => {
    await sql`/* prepared divide-first, with the next */ SELECT 1 / ${0}::int`.execute(tx);
    await rename(tx, "Not written");
  });
  await expect(failing).rejects.toThrow("division by zero");
  expect((await own.database.asSystem(names)).rows).not.toContainEqual({ name: "Not written" });
});

test("leaves with the end of the transaction when nothing else is behind it", async () => {
  await own.database.asSystem(async (tx) => {
    await sql`/* prepared rename-first, with the next */ UPDATE agencies SET name = ${"Alone"}`.execute(tx);
  });
  expect((await own.database.asSystem(names)).rows).toEqual([{ name: "Alone" }]);
});
