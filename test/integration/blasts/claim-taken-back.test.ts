// The short way of a claim: what was claimed in hope and not wanted by the plan is taken back as if it had never been.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createDeliveryStore, type ClaimPlan } from "#core/adapters/postgres/delivery-store.ts";
import type { ClaimableDelivery } from "#core/adapters/postgres/deliveries/claim.ts";
import { recordTransitions } from "#core/adapters/postgres/deliveries/record.ts";
import { holdOpen, othersWait } from "#test/support/held-open.ts";
import { ownAgency, startedBlast } from "#test/support/own-agency.ts";

const own = ownAgency();
const seqs = [1, 2, 3, 4, 5];
const started = async () => (await startedBlast(own, seqs.length)).blastId;

/** Claims with hope under a plan, and keeps what the plan was shown each time. */
async function claim(blastId: string, plan: (deliveries: ClaimableDelivery[]) => ClaimPlan) {
  const id = randomUUID();
  const shown: { seq: number; state: string; attempt: number }[][] = [];
  const claimed = createDeliveryStore(own.database).claim(
    { id, agencyId: own.agencyId, blastId, worker: "test", leaseMs: 60_000 },
    seqs,
    (_blast, deliveries) => {
      shown.push(deliveries.map(({ seq, state, attempt }) => ({ seq, state, attempt })));
      return plan(deliveries);
    },
    () => true,
  );
  return { id, shown, claimed };
}

async function rowsOf(blastId: string) {
  const { rows } = await own.database.asSystem((tx) =>
    sql<{ states: string[]; attempts: number[]; leases: { id: string; seqs: number[] }[]; wakeups: number[]; retrying: number }>`
      SELECT array_agg(state ORDER BY seq) AS states, array_agg(attempt ORDER BY seq) AS attempts,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'seqs', seqs)), '[]') FROM claims WHERE blast_id = ${blastId}) AS leases,
        (SELECT coalesce(array_agg(seq ORDER BY seq), '{}') FROM wakeups WHERE blast_id = ${blastId}) AS wakeups,
        (SELECT coalesce(sum(retrying), 0)::int FROM blast_progress WHERE blast_id = ${blastId}) AS retrying
      FROM deliveries WHERE blast_id = ${blastId}`.execute(tx),
  ); // prettier-ignore
  return rows[0]!;
}

const parkOf = ({ seq, attempt, state: from }: ClaimableDelivery) =>
  ({ seq, attempt, from, to: "retry", reason: "provider_busy", delayMs: 60_000 }) as const;

test("a plan that wants all is asked once, and all are claimed under one lease", async () => {
  const blastId = await started();
  const { id, shown, claimed } = await claim(blastId, () => ({ skip: [], claim: seqs }));
  expect((await claimed).deliveries.map(({ seq, attempt }) => [seq, attempt])).toEqual(
    seqs.map((seq) => [seq, 1]),
  );
  expect(shown).toHaveLength(1);
  expect(await rowsOf(blastId)).toMatchObject({
    states: seqs.map(() => "sending"),
    leases: [{ id, seqs }],
  });
});

test("a plan that wants fewer is shown the rows untouched, and only what it wants is claimed", async () => {
  const blastId = await started();
  const { id, shown, claimed } = await claim(blastId, (deliveries) => ({
    skip: deliveries.filter(({ seq }) => seq > 2).map(parkOf),
    claim: [1, 2],
  }));
  expect((await claimed).deliveries.map(({ seq, attempt }) => [seq, attempt])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  const untouched = seqs.map((seq) => ({ seq, state: "pending", attempt: 0 }));
  expect(shown).toEqual([untouched, untouched]);
  expect(await rowsOf(blastId)).toEqual({
    states: ["sending", "sending", "retry", "retry", "retry"],
    attempts: [1, 1, 0, 0, 0],
    leases: [{ id, seqs: [1, 2] }],
    wakeups: [3, 4, 5],
    retrying: 3,
  });
});

test("a plan that wants none leaves no lease and no attempt", async () => {
  const blastId = await started();
  const { claimed } = await claim(blastId, () => ({ skip: [], claim: [] }));
  expect((await claimed).deliveries).toEqual([]);
  expect(await rowsOf(blastId)).toEqual({
    states: seqs.map(() => "pending"),
    attempts: [0, 0, 0, 0, 0],
    leases: [],
    wakeups: [],
    retrying: 0,
  });
});

test("wake-ups of those that waited come back with them", async () => {
  const blastId = await started();
  await (
    await claim(blastId, (deliveries) => ({ skip: deliveries.map(parkOf), claim: [] }))
  ).claimed;
  const before = await rowsOf(blastId);
  expect(before).toMatchObject({ wakeups: seqs, retrying: seqs.length });
  const { shown, claimed } = await claim(blastId, () => ({ skip: [], claim: [] }));
  await claimed;
  expect(shown[1]).toEqual(seqs.map((seq) => ({ seq, state: "retry", attempt: 0 })));
  expect(await rowsOf(blastId)).toEqual(before);
});

test("a plan that fails takes everything back and is not asked again", async () => {
  const blastId = await started();
  const { shown, claimed } = await claim(blastId, () => {
    throw new Error("the plan fails");
  });
  await expect(claimed).rejects.toThrow("the plan fails");
  expect(shown).toHaveLength(1);
  expect(await rowsOf(blastId)).toMatchObject({ attempts: [0, 0, 0, 0, 0], leases: [] });
});

test("a pause that came after the blast was last read is seen, and nothing of it is claimed", async () => {
  const blastId = await started();
  const { agencyId } = own;
  const store = createDeliveryStore(own.database);
  const known = await store.loadBlast(agencyId, blastId);
  await own.database.asSystem((tx) => sql`UPDATE blasts SET paused = true WHERE id = ${blastId}`.execute(tx));
  const asked: boolean[] = [];
  const { blast, deliveries } = await store.claim(
    { id: randomUUID(), agencyId, blastId, worker: "test", leaseMs: 60_000 },
    seqs,
    ({ paused }) => {
      asked.push(paused);
      return { skip: [], claim: [] };
    },
    ({ paused }) => !paused,
    known,
  );
  expect({ paused: blast.paused, deliveries, asked }).toEqual({ paused: true, deliveries: [], asked: [true] });
  expect(await rowsOf(blastId)).toMatchObject({ states: seqs.map(() => "pending"), attempts: [0, 0, 0, 0, 0], leases: [] });
}); // prettier-ignore

test("a policy on addresses that became stricter since is gone by", async () => {
  const blastId = await started();
  const { agencyId } = own;
  const store = createDeliveryStore(own.database);
  const known = await store.loadBlast(agencyId, blastId);
  const set = (strict: boolean) =>
    own.database.asSystem((tx) => sql`UPDATE agencies SET verify_addresses = ${strict} WHERE id = ${agencyId}`.execute(tx));
  await own.database.asSystem((tx) => sql`
    INSERT INTO address_verdicts (agency_id, address_key, result, reason, expires_at)
    SELECT agency_id, address_key, 'undeliverable', 'rejected_email', now() + interval '1 day' FROM deliveries WHERE blast_id = ${blastId} AND seq = 3`.execute(tx));
  await set(true);
  const { deliveries } = await store.claim(
    { id: randomUUID(), agencyId, blastId, worker: "test", leaseMs: 60_000 },
    seqs,
    (_, all) => ({ skip: [], claim: all.filter(({ verdict }) => verdict === null).map(({ seq }) => seq) }),
    () => true,
    known,
  );
  expect(deliveries.map(({ seq }) => seq)).toEqual([1, 2, 4, 5]);
  await set(false);
}); // prettier-ignore

/** Claims all in hope, while somebody else holds row 1 and does `meanwhile`; what was there before is what the claim's statement sees. */
async function claimWhile(blastId: string, meanwhile: (park: (attempt: number) => Promise<void>) => Promise<void>) {
  const { agencyId } = own;
  const scope = { agencyId, blastId, lane: "standard" } as const;
  const held = await holdOpen(own.database, agencyId, (tx) =>
    sql`SELECT FROM deliveries WHERE blast_id = ${blastId} AND seq = 1 FOR UPDATE`.execute(tx));
  const { claimed } = await claim(blastId, () => ({ skip: [], claim: seqs }));
  try {
    await othersWait(own.database);
    await meanwhile(async (attempt) => {
      const from = attempt === 0 ? "pending" : "sending";
      await own.database.withAgency(agencyId, (tx) =>
        recordTransitions(tx, scope, [2, 3].map((seq) => ({ seq, attempt, from, to: "retry", delayMs: 60_000 }) as const)));
    });
  } finally {
    await held.end();
  }
  return (await claimed).deliveries.map(({ seq }) => seq);
} // prettier-ignore

const claimedAndNoneWaits = { states: seqs.map(() => "sending"), wakeups: [], retrying: 0 };

test("those that somebody else parks meanwhile lose their wake-ups with the claim, and are counted as waiting no more", async () => {
  const blastId = await started();
  expect(await claimWhile(blastId, (park) => park(0))).toEqual(seqs);
  expect(await rowsOf(blastId)).toMatchObject({ ...claimedAndNoneWaits, attempts: [1, 1, 1, 1, 1] });
});

test("so do those that were waiting, and that somebody else claims and parks again meanwhile", async () => {
  const blastId = await started();
  await (
    await claim(blastId, (deliveries) => ({ skip: deliveries.slice(1, 3).map(parkOf), claim: [] }))
  ).claimed;
  const { agencyId } = own;
  const again = async (park: (attempt: number) => Promise<void>) => {
    const other = { id: randomUUID(), agencyId, blastId, worker: "other", leaseMs: 60_000 };
    await createDeliveryStore(own.database).claim(other, [2, 3], () => ({ skip: [], claim: [2, 3] }));
    await park(1);
  };
  expect(await claimWhile(blastId, again)).toEqual(seqs);
  expect(await rowsOf(blastId)).toMatchObject({ ...claimedAndNoneWaits, attempts: [1, 2, 2, 1, 1] });
});
