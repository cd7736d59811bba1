// Five hundred people look at one blast over the real API: the database answers one of them.
import { createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { startTestApi, transportTo, type TestApi } from "#test/support/api.ts";
import { until } from "#test/support/until.ts";
import { stormingBlast } from "./huge-blast.ts";

const viewers = 500;
const changes = 8;
const withinMs = 60_000;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

test(
  "500 viewers of a blast cost one query a tick, and each sees it end",
  { timeout: 2 * withinMs },
  async () => {
    const agency = await api.createTestAgency();
    const storm = await stormingBlast(api.database, agency.agencyId);
    let seen = 0;
    const least = Array.from({ length: viewers }, () => 0);
    const watching = least.map(async (_, viewer) => {
      const client = createClient(
        BlastService,
        transportTo(api.url, { authorization: `Bearer ${agency.apiKey}` }),
      );
      for await (const { blast } of client.watchBlast({ blastId: storm.blastId })) {
        seen += 1;
        least[viewer] = blast?.balanceSheet?.accepted ?? 0;
      }
    });
    await until("every viewer to see it", withinMs, () => seen >= viewers);
    const before = await commits();
    for (let change = 1; change <= changes; change += 1) {
      await storm.count(1);
      await until("the change to be seen by all", withinMs, () =>
        least.every((accepted) => accepted >= change),
      );
    }
    await api.database.asSystem((tx) =>
      sql`UPDATE blasts SET state = 'completed', completed_at = now() WHERE id = ${storm.blastId}`.execute(
        tx,
      ),
    );
    await Promise.all(watching);
    const cost = (await commits()) - before;
    console.log(`${viewers} viewers, ${seen} messages, ${cost} transactions`);
    expect(seen).toBeGreaterThanOrEqual(viewers * changes);
    // A query each for every viewer and change would be 4,000; what runs beside, and ticks without a change, are a few dozen.
    expect(cost).toBeLessThan(viewers);
  },
);

/** Transactions of this database so far; each session tells them within a second of its own. */
async function commits(): Promise<number> {
  return api.database.asSystem(async (tx) => {
    const { rows } = await sql<{ count: string }>`
      SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()`.execute(tx);
    return Number(rows[0]?.count ?? 0);
  });
}
