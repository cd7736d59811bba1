// Claims that meet over the same deliveries, each with what the other waits for, until PostgreSQL ends one of them. That one tries again at once, in
// order, and no message learns of it.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { runChecks } from "#core/adapters/postgres/audit/run-checks.ts";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { holdOpen, othersWait } from "#test/support/held-open.ts";
import { ownAgency, startedBlast, type StartedBlast } from "#test/support/own-agency.ts";
import { claimBatch, type ClaimedBatch } from "../../../services/customer-sender/claim-batch.ts";
import type { CustomerSenderDeps } from "../../../services/customer-sender/deps.ts";

const own = ownAgency();

// Whoever looks for a deadlock and finds one is ended. Each looks once, so long after its wait began: who waits last must look, and the other never.
const looksMs = { "the one that is ended": 10, "the one that goes on": 60_000 } as const;

/** A sender with a connection of its own, and the errors of its transactions. */
function sender(role: keyof typeof looksMs) {
  const url = new URL(own.url);
  url.searchParams.set("options", `-c deadlock_timeout=${looksMs[role]}`);
  const database = openDatabase({ url: url.toString(), maxConnections: 1 });
  const errors: unknown[] = [];
  const withAgency: Database["withAgency"] = (...transaction) =>
    database.withAgency(...transaction).catch((error: unknown) => {
      errors.push((error as { code?: unknown }).code ?? error);
      throw error;
    });
  return {
    errors,
    store: createDeliveryStore({ ...database, withAgency }),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

type Sender = ReturnType<typeof sender>;

/** In hope, what nothing speaks against is claimed before the others are locked; with room for fewer than all, all are locked in their order. */
function claim(
  { store }: Sender,
  batch: StartedBlast,
  seqs: readonly number[],
  hope: "in hope" | "in order",
) {
  const deps = {
    store, newId: randomUUID, monotonicMs: () => performance.now(), leaseMs: 60_000, name: "test", random: Math.random,
  } satisfies Partial<CustomerSenderDeps>; // prettier-ignore
  const customerOf = new Map(seqs.map((seq) => [seq, batch.customerOf.get(seq)!]));
  const room = { claimMax: hope === "in hope" ? seqs.length : seqs.length - 1 };
  return claimBatch(deps as unknown as CustomerSenderDeps, { ...batch, customerOf }, room);
}

/** Three deliveries, of which the first will be skipped: that one is what a claim in hope comes to last. */
async function batchOfThree(): Promise<StartedBlast> {
  const batch = await startedBlast(own, 3);
  await own.database.withAgency(own.agencyId, (tx) =>
    sql`UPDATE customers SET status = 'inactive' WHERE id = ${batch.customerOf.get(1)!}`.execute(tx),
  );
  return batch;
}

const hold = ({ agencyId, blastId }: StartedBlast, seq: number) =>
  holdOpen(own.database, agencyId, (tx) =>
    sql`SELECT FROM deliveries WHERE blast_id = ${blastId} AND seq = ${seq} FOR UPDATE`.execute(tx),
  );

/** Each delivery was claimed by one of the two, or has its reason in both; recorded as sent, all agrees with what is counted, booked and told. */
async function expectClaimedOnce(
  { agencyId, blastId }: StartedBlast,
  claims: { by: Sender; seqs: readonly number[]; claimed: ClaimedBatch }[],
) {
  expect(claims.flatMap(({ claimed }) => claimed.deliveries.map(({ seq, attempt }) => ({ seq, attempt })))
    .toSorted((left, right) => left.seq - right.seq)).toEqual([{ seq: 2, attempt: 1 }, { seq: 3, attempt: 1 }]);
  for (const { by, seqs, claimed } of claims) {
    const { claimId, deliveries, outcomes } = claimed;
    const ours = new Set(deliveries.map(({ seq }) => seq));
    expect(new Set(outcomes.keys())).toEqual(new Set(seqs).difference(ours));
    expect([...outcomes.values()].filter(({ kind }) => kind !== "skip")).toEqual([]);
    if (ours.size === 0) continue;
    const accepted = deliveries.map(({ seq, attempt }) => ({ seq, attempt, from: "sending", to: "accepted" }) as const);
    await by.store.record({ agencyId, blastId, lane: "standard", claimId }, accepted);
  }
  const { rows } = await own.database.asSystem((tx) =>
    sql<{ state: string; attempt: number }>`SELECT state, attempt FROM deliveries WHERE blast_id = ${blastId} ORDER BY seq`.execute(tx));
  const accepted = { state: "accepted", attempt: 1 };
  expect(rows).toEqual([{ state: "skipped", attempt: 0 }, accepted, accepted]);
  const checked = await Array.fromAsync(runChecks(own.database, { agencyId, blastId, sinceDays: 1 }));
  expect(checked.flatMap(({ findings, failure = [] }) => [failure, findings].flat())).toEqual([]);
} // prettier-ignore

test("a claim in hope that is ended for one in order claims what that one left, and no message fails", async () => {
  const batch = await batchOfThree();
  await using ended = sender("the one that is ended");
  await using other = sender("the one that goes on");
  const seqs = [1, 2, 3];
  const third = await hold(batch, 3);
  const inHope = claim(ended, batch, seqs, "in hope");
  await othersWait(own.database, 1);
  const inOrder = claim(other, batch, seqs, "in order");
  await othersWait(own.database, 2);
  // In hope, the second is taken and the first is wanted; in order, it is the other way round.
  await third.end();
  await expectClaimedOnce(batch, [
    { by: ended, seqs, claimed: await inHope },
    { by: other, seqs, claimed: await inOrder },
  ]);
  expect([ended.errors, other.errors]).toEqual([["40P01"], []]);
});

test("a claim in order that is ended for one in hope claims what that one left, and no message fails", async () => {
  const batch = await batchOfThree();
  await using ended = sender("the one that is ended");
  await using other = sender("the one that goes on");
  const second = await hold(batch, 2);
  const inOrder = claim(ended, batch, [1, 2, 3], "in order");
  await othersWait(own.database, 1);
  const inHope = claim(other, batch, [1, 3], "in hope");
  await othersWait(own.database, 2);
  // In order, the first is taken and the third will be wanted; in hope, it is the other way round.
  await second.end();
  await expectClaimedOnce(batch, [
    { by: ended, seqs: [1, 2, 3], claimed: await inOrder },
    { by: other, seqs: [1, 3], claimed: await inHope },
  ]);
  expect([ended.errors, other.errors]).toEqual([["40P01"], []]);
});
