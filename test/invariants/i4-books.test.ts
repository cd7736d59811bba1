// I4: the balance is the ledger's sum and never negative; each delivery settles or releases its reservation exactly once.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { releaseReserved, reserve, settleReserved } from "#core/adapters/postgres/credits/book.ts";
import { readCredits } from "#core/adapters/postgres/credits-admin/read-credits.ts";
import { openDatabase } from "#core/adapters/postgres/database.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { cancelBlast } from "#core/adapters/postgres/blasts/steer.ts";
import { startSandbox, type Sandbox } from "#dev/sandbox/sandbox.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { createCrank } from "#test/support/hand-crank.ts";

let db: TestDatabase;
let sandbox: Sandbox;
beforeAll(async () => {
  db = await createTestDatabase();
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox?.close();
  await db?.drop();
});

test("ten blasts that start at once reserve no more than there is: some start whole, the others not at all", async () => {
  const perBlast = 7;
  const agency = await createAgencyRows(db.database, { credits: 4 * perBlast + 3 });
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, perBlast);
  const blasts: string[] = [];
  for (let n = 0; n < 10; n++) blasts.push(await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } }));
  for (const id of blasts) await db.database.withAgency(agencyId, (tx) => freezePage(tx, agencyId, id));
  const started = await Promise.all(blasts.map((id) => db.database.withAgency(agencyId, (tx) => startBlast(tx, agencyId, id))));
  expect(started.filter(({ kind }) => kind === "started")).toHaveLength(4);
  expect(started.filter(({ kind }) => kind === "refused")).toHaveLength(6);
  expect(await auditCredits(db.database, agencyId)).toEqual([]);
}); // prettier-ignore

test("cancelled at any turn, every reservation is settled or comes back", { timeout: 60_000 }, async () => {
  const agency = await createAgencyRows(db.database);
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, 12);
  for (let turns = 0; turns < 9; turns++) {
    // Answers that get lost and refusals put rows into every state that a cancel can meet.
    sandbox.setFaults([{ kind: "500-after", probability: 0.3, match: { path: "/messages" } }, { kind: "429", probability: 0.3, match: { path: "/messages" } }], turns);
    const blastId = await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } });
    await db.database.asSystem((tx) => tx.updateTable("outbox").set({ created_at: new Date(0) }).execute());
    const crank = createCrank({ database: db.database, sandboxUrl: sandbox.url, batch: 3 });
    for (let turn = 0; turn < turns; turn++) await crank.turn();
    await db.database.withAgency(agencyId, (tx) => cancelBlast(tx, agencyId, blastId));
    await crank.untilEnded(blastId);
    const audit = await auditBlast({ database: db.database, sandboxUrl: sandbox.url }, blastId);
    expect({ turns, problems: audit.problems }).toEqual({ turns, problems: [] });
    expect(await auditCredits(db.database, agencyId)).toEqual([]);
  }
}); // prettier-ignore

test("batches that settle and release beside blasts that reserve do not die of each other, and what is reserved stays counted", async () => {
  // More connections than the sixteen rows that the count is spread over, so that some share one.
  const connections = 24;
  const database = openDatabase({ url: db.url, maxConnections: connections });
  try {
    const { agencyId } = await createAgencyRows(db.database, { credits: 100_000 });
    const rounds = async (index: number) => {
      const booking = { agencyId, blastId: randomUUID() };
      for (let round = 0; round < 15; round += 1) {
        await database.withAgency(agencyId, (tx) => reserve(tx, booking, 10));
        await database.withAgency(agencyId, async (tx) => {
          await settleReserved(tx, booking, 6);
          await releaseReserved(tx, booking, index % 3);
        });
      }
    };
    await Promise.all(Array.from({ length: connections }, (_, index) => rounds(index)));
    const over = (each: (index: number) => number) =>
      Array.from({ length: connections }, (_, index) => 15 * each(index % 3)).reduce((sum, n) => sum + n);
    expect(await database.withAgency(agencyId, (tx) => readCredits(tx, agencyId))).toEqual({
      balance: 100_000 - over((released) => 10 - released),
      reserved: over((released) => 4 - released),
    });
  } finally {
    await database.close();
  }
});
