// The log of facts as it is published: complete, in order, without gaps, whatever ends in the wrong moment.
import { randomUUID } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { insertAgency } from "#core/adapters/postgres/agencies/insert-agency.ts";
import { inOrder } from "#core/adapters/postgres/replay/in-order.ts";
import { createFactLog, type FactLog } from "#core/adapters/postgres/replay/publish-facts.ts";
import { addSuppressions } from "#core/adapters/postgres/suppressions/add-suppressions.ts";
import { logActivities } from "#core/adapters/postgres/suppressions/log-activities.ts";
import type { Envelope } from "#core/runtime/envelope.ts";
import { type FactsLogged, FactsLoggedSchema } from "#gen/fanfare/event/v1/facts_pb.js";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { othersEnded } from "#test/support/others-ended.ts";

let test: TestDatabase;
let log: FactLog;
let agencyId: string;
/** What a broker would hold: the first message of each id. */
let stream: Map<string, FactsLogged>;

beforeAll(async () => {
  test = await createTestDatabase();
  log = createFactLog(test.database);
});
afterAll(() => test?.drop());
beforeEach(async () => {
  await othersEnded(test.database);
  await publish();
  stream = new Map();
  const settings = { name: "Storm Insurance", sending_domain: "mail.example.com" };
  ({ id: agencyId } = await test.database.asSystem((tx) => insertAgency(tx, settings)));
});

async function keep(messages: Envelope[]): Promise<void> {
  for (const { headers, body } of messages) {
    const id = headers["Nats-Msg-Id"] ?? "";
    if (!stream.has(id)) stream.set(id, fromBinary(FactsLoggedSchema, body));
  }
}

const about = { source: "test", timeMs: 0 };
const publish = (limit = 1_000) =>
  log.publishNext(limit, about, (messages) => (stream === undefined ? Promise.resolve() : keep(messages)));

const write = (tx: Tx, ...kinds: string[]) =>
  logActivities(
    tx,
    agencyId,
    kinds.map((kind) => ({ customerId: randomUUID(), kind, data: {} })),
  );
const commit = (...kinds: string[]) => test.database.withAgency(agencyId, (tx) => write(tx, ...kinds));

/** The agency's facts as a reader gets them: kinds of activities, and addresses of suppressions. */
async function told(): Promise<string[]> {
  const kinds: string[] = [];
  const messages = [...stream.values()].filter((message) => message.agencyId === agencyId);
  async function* each() {
    yield* messages;
  }
  for await (const { facts } of inOrder(each()))
    for (const { of } of facts) {
      if (of.case === "activity") kinds.push(of.value.kind);
      if (of.case === "suppression") kinds.push(of.value.addressKey);
    }
  return kinds;
}

it("waits for a transaction that began to write before others and ends after them, and tells its facts first", async () => {
  const wrote = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const slow = test.database.withAgency(agencyId, async (tx) => {
    await write(tx, "slow");
    wrote.resolve();
    await end.promise;
  });
  await wrote.promise;
  await commit("quick");
  await publish();
  expect(await told()).toEqual([]);
  end.resolve();
  await slow;
  await othersEnded(test.database);
  await publish();
  expect(await told()).toEqual(["slow", "quick"]);
});

it("tells nothing twice and nothing late when it dies between publishing and remembering, and more came meanwhile", async () => {
  await commit("one", "two");
  await othersEnded(test.database);
  const dying = log.publishNext(1_000, about, async (messages) => {
    await keep(messages);
    throw new Error("killed");
  });
  await expect(dying).rejects.toThrow("killed");
  await commit("three");
  await othersEnded(test.database);
  await publish();
  await publish();
  expect((await told()).toSorted()).toEqual(["one", "three", "two"]);
  expect((await told()).at(-1)).toBe("three");
});

it("goes on where it was, also in the middle of a transaction", async () => {
  const kinds = Array.from({ length: 25 }, (_, n) => `n${n}`);
  await commit(...kinds);
  await othersEnded(test.database);
  for (let rounds = 0; (await publish(10)) > 0; rounds += 1) expect(rounds).toBeLessThan(4);
  expect((await told()).toSorted()).toEqual(kinds.toSorted());
});

it.each([1, 2, 3, 100])(
  "tells both kinds of facts in the order of their transactions, %d in a round",
  async (limit) => {
    const suppress = (tx: Tx, ...addressKeys: string[]) =>
      addSuppressions(tx, agencyId, addressKeys.map((addressKey) => ({ addressKey, reason: "bounced" })), "test");
    await commit("first");
    await test.database.withAgency(agencyId, async (tx) => {
      await suppress(tx, "x@example.org", "y@example.org");
      await write(tx, "second");
    });
    await commit("third", "third", "third");
    await test.database.withAgency(agencyId, (tx) => suppress(tx, "z@example.org"));
    await commit("fourth");
    await othersEnded(test.database);
    for (let rounds = 0; (await publish(limit)) > 0; rounds += 1) expect(rounds).toBeLessThan(10);
    const inOne = ["second", "x@example.org", "y@example.org"];
    expect(await told()).toEqual(["first", ...inOne, "third", "third", "third", "z@example.org", "fourth"]);
  },
); // prettier-ignore

it("leaves a rolled-back transaction's facts out without a gap", async () => {
  await commit("before");
  await expect(
    test.database.withAgency(agencyId, async (tx) => {
      await write(tx, "never");
      throw new Error("taken back");
    }),
  ).rejects.toThrow("taken back");
  await commit("after");
  await othersEnded(test.database);
  await publish();
  expect(await told()).toEqual(["before", "after"]);
});

it("says so when the stream lacks facts", async () => {
  await commit("one");
  await othersEnded(test.database);
  await publish();
  await commit("two");
  await othersEnded(test.database);
  await publish();
  const [first] = stream.keys();
  stream.delete(first!);
  await expect(told()).rejects.toThrow("lacks facts 1 to 1");
});
