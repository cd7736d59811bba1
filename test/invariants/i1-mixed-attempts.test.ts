// I1: each delivery of a batch is recorded, whatever number its own attempt has; and a lease never ends under one that is still on its way.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { claimDeliveries } from "#core/adapters/postgres/deliveries/claim.ts";
import { recordTransitions, type Transition } from "#core/adapters/postgres/deliveries/record.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

const size = 5;
const tried = 2;

/** A claimed batch of five, of which two are on their second attempt. */
async function mixedBatch(agency: AgencyRows) {
  const { agencyId } = agency;
  const ids = await createCustomerRows(db.database, agencyId, size);
  const blastId = await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } });
  const scope = { agencyId, blastId, lane: "standard" } as const;
  const claim = { agencyId, blastId, worker: "test", leaseMs: 60_000 };
  const [first, second] = [randomUUID(), randomUUID()];
  const attempts = await db.database.withAgency(agencyId, async (tx) => {
    await freezePage(tx, agencyId, blastId);
    await startBlast(tx, agencyId, blastId);
    await claimDeliveries(tx, { ...claim, id: first }, [1, tried]);
    const again = [1, tried].map((seq) => ({ seq, attempt: 1, from: "sending", to: "retry" }) as const);
    await recordTransitions(tx, { ...scope, claimId: first }, again);
    return claimDeliveries(tx, { ...claim, id: second }, [1, 2, 3, 4, 5]);
  });
  expect([...attempts.values()].toSorted((left, right) => left - right)).toEqual([1, 1, 1, 2, 2]);
  const transitions = [...attempts].map(([seq, attempt]): Transition => ({
    seq,
    attempt,
    from: "sending",
    to: "accepted",
    providerMessageId: "m",
  }));
  return { agencyId, blastId, scope: { ...scope, claimId: second }, transitions };
}

test("a batch of first and second tries is recorded whole", async () => {
  const { agencyId, blastId, scope, transitions } = await mixedBatch(await createAgencyRows(db.database));
  const changed = await db.database.withAgency(agencyId, (tx) => recordTransitions(tx, scope, transitions));
  expect(changed.size).toBe(size);
  const states = await db.database.asSystem((tx) =>
    tx.selectFrom("deliveries").select("state").where("blast_id", "=", blastId).execute(),
  );
  expect(states.map(({ state }) => state)).toEqual(Array(size).fill("accepted"));
});

test("a record that would end the lease and leave a delivery on its way fails and changes nothing", async () => {
  const { agencyId, blastId, scope, transitions } = await mixedBatch(await createAgencyRows(db.database));
  const wrong = transitions.map((transition) => ({ ...transition, attempt: 1 }));
  await expect(db.database.withAgency(agencyId, (tx) => recordTransitions(tx, scope, wrong))).rejects.toThrow(
    "still on their way",
  );
  const left = await db.database.asSystem((tx) =>
    tx.selectFrom("claims").select("id").where("blast_id", "=", blastId).execute(),
  );
  expect(left).toEqual([{ id: scope.claimId }]);
});
