// I3: nothing reaches the provider without an intent that was committed before. I2 and I7: a stale worker cannot send under its old
// attempt, and what it knows is still evidence.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { claimDeliveries } from "#core/adapters/postgres/deliveries/claim.ts";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import { recordTransitions } from "#core/adapters/postgres/deliveries/record.ts";
import { parseRid } from "#core/domain/delivery/id.ts";
import { startSandbox, type Sandbox } from "#dev/sandbox/sandbox.ts";
import type { Mailer } from "../../services/customer-sender/deps.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { createCrank, leaseMs } from "#test/support/hand-crank.ts";
import { passTime } from "#test/support/pass-time.ts";

let db: TestDatabase;
let sandbox: Sandbox;
let onlooker: Database;
beforeAll(async () => {
  db = await createTestDatabase();
  sandbox = await startSandbox();
  // Another session: it sees what is committed, and nothing else.
  onlooker = openDatabase({ url: db.url, maxConnections: 1, applicationName: "onlooker" });
});
afterAll(async () => {
  await onlooker?.close();
  await sandbox?.close();
  await db?.drop();
});

async function blastOf(count: number, policy: "hold" | "resend" = "hold") {
  const agency = await createAgencyRows(db.database, { settings: { doubt_policy: policy } });
  const ids = await createCustomerRows(db.database, agency.agencyId, count);
  return {
    agency,
    blastId: await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } }),
  };
}

test("before each call to the provider every recipient's intent is committed, with a lease that outlives the call", async () => {
  const { blastId } = await blastOf(12);
  const wrong: string[] = [];
  let looked = 0;
  const checked = (mailer: Mailer): Mailer => ({
    async send(mail, signal) {
      await onlooker.asSystem(async (tx) => {
        const claims = await tx.selectFrom("claims").select(["seqs", "attempts", "lease_until"]).where("blast_id", "=", blastId).execute();
        for (const { rid } of mail.recipients) {
          const { seq, attempt } = parseRid(rid)!;
          const row = await tx.selectFrom("deliveries").select(["state", "attempt"]).where("blast_id", "=", blastId).where("seq", "=", seq).executeTakeFirstOrThrow();
          const leased = claims.some(({ seqs, attempts, lease_until }) =>
            attempts[seqs.indexOf(seq)] === attempt && lease_until.getTime() > Date.now() + mail.timeoutMs);
          looked += 1;
          if (row.state !== "sending" || row.attempt !== attempt || !leased) wrong.push(`${rid}: ${row.state}/${row.attempt}, leased ${leased}`);
        }
      });
      return mailer.send(mail, signal);
    },
  }); // prettier-ignore
  sandbox.setFaults([{ kind: "429", count: 1 }]);
  const crank = createCrank({
    database: db.database,
    sandboxUrl: sandbox.url,
    overrides: ({ mailer }) => ({ mailer: checked(mailer) }),
  });
  await crank.untilEnded(blastId);
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(12);
});

test("a worker that slept through its lease sends nothing any more", async () => {
  const { blastId } = await blastOf(3);
  let nowMs = 0;
  let calls = 0;
  const counting = (mailer: Mailer): Mailer => ({
    send: (mail, signal) => (calls++, mailer.send(mail, signal)),
  });
  const crank = createCrank({
    database: db.database, sandboxUrl: sandbox.url, batch: 3,
    overrides: ({ mailer, store }) => ({
      mailer: counting(mailer),
      monotonicMs: () => nowMs,
      wait: async (ms) => void (nowMs += ms),
      store: {
        ...store,
        async claim(...args) {
          const claimed = await store.claim(...args);
          // The machine sleeps between the claim and the call, once.
          if (nowMs === 0) nowMs = leaseMs;
          return claimed;
        },
      },
    }),
  }); // prettier-ignore
  // The relay leaves young messages to whoever wrote them.
  await passTime(db.database, 2_000);
  for (let turns = 0; turns < 6 && nowMs === 0; turns++) await crank.turn();
  expect(nowMs).toBe(leaseMs);
  expect(calls).toBe(0);
  await crank.untilEnded(blastId);
  expect(await auditBlast({ database: db.database, sandboxUrl: sandbox.url }, blastId)).toMatchObject({
    states: { accepted: 3 },
    problems: [],
  });
});

/** A claimed delivery whose lease ran out; the worker that had it does not know. */
async function stale(policy: "hold" | "resend") {
  const { agency, blastId } = await blastOf(1, policy);
  const store = createDeliveryStore(db.database);
  await db.database.withAgency(agency.agencyId, async (tx) => {
    await freezePage(tx, agency.agencyId, blastId);
    await startBlast(tx, agency.agencyId, blastId);
  });
  const claim = { id: randomUUID(), agencyId: agency.agencyId, blastId, worker: "stale", leaseMs };
  await db.database.withAgency(agency.agencyId, (tx) => claimDeliveries(tx, claim, [1]));
  const scope = { agencyId: agency.agencyId, blastId, lane: "standard" as const, claimId: claim.id };
  return { agency, blastId, store, scope };
}

test("a stale worker's refusal changes nothing that another attempt has decided", async () => {
  const { agency, blastId, store, scope } = await stale("hold");
  await db.database.withAgency(agency.agencyId, (tx) =>
    recordTransitions(tx, scope, [
      { seq: 1, attempt: 1, from: "sending", to: "retry", reason: "test", delayMs: 0 },
    ]),
  );
  const next = { ...scope, id: randomUUID(), worker: "new", leaseMs };
  await db.database.withAgency(agency.agencyId, (tx) => claimDeliveries(tx, next, [1]));
  await store.record(scope, [{ seq: 1, attempt: 1, from: "sending", to: "rejected", reason: "stale" }]);
  const row = await db.database.asSystem((tx) =>
    tx
      .selectFrom("deliveries")
      .select(["state", "attempt"])
      .where("blast_id", "=", blastId)
      .executeTakeFirstOrThrow(),
  );
  expect(row).toEqual({ state: "sending", attempt: 2 });
});

test("an acceptance that comes after its lease is recorded: from in doubt and from held", async () => {
  for (const also of [false, true]) {
    const { agency, blastId, store, scope } = await stale("hold");
    await db.database.withAgency(agency.agencyId, async (tx) => {
      await recordTransitions(tx, scope, [
        { seq: 1, attempt: 1, from: "sending", to: "in_doubt", reason: "lease_expired" },
      ]);
      if (also)
        await recordTransitions(tx, scope, [
          { seq: 1, attempt: 1, from: "in_doubt", to: "held", reason: "absent" },
        ]);
    });
    const { late } = await store.record(scope, [
      { seq: 1, attempt: 1, from: "sending", to: "accepted", providerMessageId: "m" },
    ]);
    expect(late).toBe(1);
    expect(await stateOf(blastId)).toBe("accepted");
    expect(await auditCredits(db.database, agency.agencyId)).toEqual([]);
  }
});

// Under the policy resend an absent try becomes RETRY with the same attempt. An acceptance of that very try that comes now would spare
// the second mail.
test("an acceptance that comes before the resend is recorded, and nothing is sent again", async () => {
  const { agency, blastId, store, scope } = await stale("resend");
  await db.database.withAgency(agency.agencyId, async (tx) => {
    await recordTransitions(tx, scope, [
      { seq: 1, attempt: 1, from: "sending", to: "in_doubt", reason: "lease_expired" },
    ]);
    await recordTransitions(tx, scope, [
      { seq: 1, attempt: 1, from: "in_doubt", to: "retry", reason: "absent", delayMs: 0 },
    ]);
  });
  await store.record(scope, [
    { seq: 1, attempt: 1, from: "sending", to: "accepted", providerMessageId: "m" },
  ]);
  expect(await stateOf(blastId)).toBe("accepted");
});

test("time that passes moves no attempt back and no row out of its end", async () => {
  const { blastId } = await blastOf(4);
  sandbox.setFaults([{ kind: "500-after", count: 1 }, { kind: "429", count: 2 }]);
  const crank = createCrank({ database: db.database, sandboxUrl: sandbox.url, batch: 2 });
  const highest = new Map<number, number>();
  const ended = new Map<number, string>();
  for (let turns = 0; turns < 400 && ended.size < 4; turns++) {
    const moved = await crank.turn();
    const rows = await db.database.asSystem((tx) => tx.selectFrom("deliveries").select(["seq", "attempt", "state"]).where("blast_id", "=", blastId).execute());
    for (const { seq, attempt, state } of rows) {
      expect(attempt).toBeGreaterThanOrEqual(highest.get(seq) ?? 0);
      highest.set(seq, attempt);
      if (ended.has(seq)) expect(state).toBe(ended.get(seq));
      if (["accepted", "skipped", "rejected"].includes(state)) ended.set(seq, state);
    }
    if (!moved) await passTime(db.database, leaseMs + 5_000);
  }
  expect(ended.size).toBe(4);
}); // prettier-ignore

async function stateOf(blastId: string): Promise<string> {
  const query = (tx: Parameters<Parameters<Database["asSystem"]>[0]>[0]) =>
    tx.selectFrom("deliveries").select("state").where("blast_id", "=", blastId).executeTakeFirstOrThrow();
  return (await db.database.asSystem(query)).state;
}

test("a message is acknowledged only after its answer is recorded", async () => {
  const { blastId, agency } = await blastOf(3);
  const recording = Promise.withResolvers<void>();
  const mayRecord = Promise.withResolvers<void>();
  const crank = createCrank({
    database: db.database, sandboxUrl: sandbox.url, batch: 3,
    overrides: ({ store }) => ({
      store: {
        ...store,
        async record(...args) {
          recording.resolve();
          await mayRecord.promise;
          return store.record(...args);
        },
      },
    }),
  }); // prettier-ignore
  await passTime(db.database, 2_000);
  const ended = crank.untilEnded(blastId);
  await recording.promise;
  // Round trips enough for an acknowledgement that waits for nothing to have happened.
  for (let times = 0; times < 5; times++) await db.database.ping();
  expect(crank.queuedOf(agency.agencyId)).toBe(3);
  mayRecord.resolve();
  await ended;
  expect(crank.queuedOf(agency.agencyId)).toBe(0);
});
