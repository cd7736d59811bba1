// What a transaction made is gone with it. What is kept until V8 clears up its old generation is copied and marked before, and that is the services' CPU.
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

const times = 2_000;
/** Of one transaction's text, values and rows: what stays of a few is not worth a word. */
const textBytes = 2_000;

it("leaves nothing of a transaction among the old objects", async () => {
  const text = "x".repeat(textBytes);
  const read = (tx: Tx) => sql`SELECT ${text.concat(String(Math.random()))}::text AS text`.execute(tx);
  const run = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      await db.database.asSystem(read, "one statement");
      await db.database.asSystem(async (tx) => {
        await read(tx);
        await read(tx);
      });
    }
  };
  // Until everything is compiled.
  await run(200);
  collect("major");
  const beforeBytes = oldBytes();
  await run(times);
  // Twice: what a first one finds in use is old only after the second.
  collect("minor");
  collect("minor");
  expect((oldBytes() - beforeBytes) / times).toBeLessThan(textBytes / 4);
});

function collect(type: "major" | "minor"): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: { type: "major" | "minor" }) => void;
  gc({ type });
}

/** What lives, or is only not yet cleared up, in V8's old generation. */
function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === "old_space" || name === "large_object_space")
    .reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}
