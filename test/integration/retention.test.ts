import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runChecks } from "#core/adapters/postgres/audit/run-checks.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { createRetention, type OldMonth } from "#core/adapters/postgres/maintenance/retention.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";

let test: TestDatabase;
const agencyId = randomUUID();

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.asSystem(async (tx) => {
    await sql`INSERT INTO agencies (id, name, sending_domain) VALUES (${agencyId}, 'Storm', 'mail.example')`.execute(
      tx,
    );
    await sql`SELECT ensure_partitions(t, now() - interval '6 months', 6) FROM unnest(ARRAY['deliveries', 'activities', 'delivery_facts']) t`.execute(
      tx,
    );
  });
});
afterAll(() => test.drop());

/** An ended blast to one customer, so many months ago, with its delivery, Activity and counters. */
async function oldBlast(tx: Tx, monthsAgo: number, state = "accepted"): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    INSERT INTO blasts (id, agency_id, name, lane, template_id, template_version, audience, state, audience_size, completed_at)
    SELECT overlay(uuid_v7_floor(date_trunc('month', now(), 'UTC') - make_interval(months => ${monthsAgo}))::text
      PLACING substr(gen_random_uuid()::text, 20) FROM 20)::uuid, ${agencyId}, 'old', 'bulk', ${randomUUID()}, 1, '{}', 'completed', 1, now()
    RETURNING id`.execute(tx);
  const id = rows[0]!.id;
  await sql`INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, state) VALUES (${id}, 1, ${agencyId}, ${randomUUID()}, ${state})`.execute(
    tx,
  );
  await sql`INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind) VALUES (${id}, 1, 1, ${agencyId}, ${randomUUID()}, 'delivery.accepted')`.execute(
    tx,
  );
  await sql`INSERT INTO blast_progress (blast_id, shard, agency_id, accepted, held)
    VALUES (${id}, 0, ${agencyId}, ${state === "accepted" ? 1 : 0}, ${state === "held" ? 1 : 0})`.execute(tx);
  return id;
}

async function dropOld(keepMonths: number): Promise<OldMonth[]> {
  return Array.fromAsync(createRetention(test.database).dropOldMonths(keepMonths));
}

function deliveriesOf(ids: string[]): Promise<string[]> {
  return test.database.asSystem(async (tx) => {
    const { rows } = await sql<{
      id: string;
    }>`SELECT blast_id AS id FROM deliveries WHERE blast_id = ANY(${ids}::uuid[])`.execute(tx);
    return rows.map(({ id }) => id);
  });
}

describe("old months", () => {
  it("leave whole, with their activities, once all of them has ended; younger ones and the blasts stay", async () => {
    const { old, young } = await test.database.asSystem(async (tx) => ({
      old: await oldBlast(tx, 6),
      young: await oldBlast(tx, 2),
    }));
    const months = await dropOld(5);
    expect(months.map(({ kept }) => kept)).toEqual([undefined]);
    expect(await deliveriesOf([old, young])).toEqual([young]);
    const left = await test.database.asSystem((tx) =>
      sql<{ activities: number; blasts: number }>`
        SELECT (SELECT count(*) FROM activities WHERE source_id = ${old}) AS activities, (SELECT count(*) FROM blasts WHERE id = ${old}) AS blasts`.execute(
        tx,
      ),
    );
    expect(left.rows).toEqual([{ activities: 0, blasts: 1 }]);
    expect(await dropOld(5)).toEqual([]);
  });

  it.each([
    [
      "a delivery is held",
      /held/,
      (tx: Tx, id: string) =>
        sql`UPDATE blast_progress SET accepted = 0, held = 1 WHERE blast_id = ${id}`.execute(tx),
    ],
    [
      "a blast has not ended",
      /not ended/,
      (tx: Tx, id: string) => sql`UPDATE blasts SET completed_at = NULL WHERE id = ${id}`.execute(tx),
    ],
    [
      "a delivery is in doubt",
      /in doubt/,
      (tx: Tx, id: string) =>
        sql`INSERT INTO doubts (blast_id, seq, agency_id, attempt, since, claimed_at, next_look_at) VALUES (${id}, 1, ${agencyId}, 1, now(), now(), now())`.execute(
          tx,
        ),
    ],
    [
      "credit is still reserved for it",
      /credit/,
      (tx: Tx, id: string) =>
        sql`INSERT INTO ledger (agency_id, blast_id, kind, amount, reserved) VALUES (${agencyId}, ${id}, 'reserve', -1, 1)`.execute(
          tx,
        ),
    ],
    [
      "a webhook waits to be applied",
      /webhook/,
      (tx: Tx, id: string) =>
        sql`INSERT INTO provider_events (day, id, token, kind, blast_id, seq, attempt, provider_message_id, reason, at)
        VALUES (now()::date, ${randomUUID()}, ${randomUUID()}, 'delivered', ${id}, 1, 1, 'm', '', now())`.execute(
          tx,
        ),
    ],
  ])("stay while %s, and do not keep the months around them", async (_, why, keep) => {
    // Each case has its month to itself: the one before it is gone or kept.
    await test.database.asSystem((tx) =>
      sql`SELECT ensure_partitions(t, now() - interval '9 months', 9) FROM unnest(ARRAY['deliveries', 'activities', 'delivery_facts']) t`.execute(
        tx,
      ),
    );
    const { kept, gone } = await test.database.asSystem(async (tx) => {
      const ids = { kept: await oldBlast(tx, 8), gone: await oldBlast(tx, 7) };
      await keep(tx, ids.kept);
      return ids;
    });
    const months = await dropOld(6);
    expect(months.filter((month) => month.kept !== undefined)).toEqual([
      { month: expect.any(String) as string, kept: expect.stringMatching(why) as string },
    ]);
    expect(await deliveriesOf([kept, gone])).toEqual([kept]);
    await test.database.asSystem(async (tx) => {
      for (const table of ["blast_progress", "doubts", "ledger", "provider_events"])
        await sql`DELETE FROM ${sql.table(table)} WHERE blast_id = ${kept}`.execute(tx);
      await sql`DELETE FROM deliveries WHERE blast_id = ${kept}`.execute(tx);
      await sql`DELETE FROM blasts WHERE id = ${kept}`.execute(tx);
    });
  });

  it("that were dropped miss nothing in an audit, and one that only lost its rows does", async () => {
    await test.database.asSystem((tx) =>
      sql`SELECT ensure_partitions(t, now() - interval '12 months', 12) FROM unnest(ARRAY['deliveries', 'activities', 'delivery_facts']) t`.execute(
        tx,
      ),
    );
    const { dropped, emptied } = await test.database.asSystem(async (tx) => {
      const ids = { dropped: await oldBlast(tx, 11), emptied: await oldBlast(tx, 4) };
      for (const id of Object.values(ids)) {
        await sql`INSERT INTO ledger (agency_id, blast_id, kind, amount, reserved) VALUES (${agencyId}, ${id}, 'reserve', -1, 1), (${agencyId}, ${id}, 'settle', 0, -1)`.execute(
          tx,
        );
        await sql`INSERT INTO blast_reasons (blast_id, agency_id, reason, shard, count) VALUES (${id}, ${agencyId}, 'inactive', 0, 1)`.execute(
          tx,
        );
      }
      await sql`DELETE FROM deliveries WHERE blast_id = ${ids.emptied}`.execute(tx);
      return ids;
    });
    await dropOld(10);
    expect(await deliveriesOf([dropped])).toEqual([]);
    const findingsOf = async (blastId: string) => {
      const results = await Array.fromAsync(
        runChecks(test.database, { agencyId: undefined, blastId, sinceDays: 1 }),
      );
      expect(results.filter(({ failure }) => failure !== undefined)).toEqual([]);
      return results.filter(({ findings }) => findings.length > 0).map(({ check }) => check.name);
    };
    expect(await findingsOf(dropped)).toEqual([]);
    expect(await findingsOf(emptied)).toEqual([
      "counters_match_rows",
      "reasons_match_rows",
      "audience_is_complete",
      "reservations_match_rows",
    ]);
  });

  it("are never this one or the last, whoever asks", async () => {
    const drop = test.database.asSystem((tx) =>
      sql`SELECT drop_month(date_trunc('month', now(), 'UTC') - interval '1 month')`.execute(tx),
    );
    await expect(drop).rejects.toThrow("too young");
  });

  it("are the system's to drop, and no agency's", async () => {
    const drop = test.database.withAgency(agencyId, (tx) =>
      sql`SELECT drop_month(now() - interval '1 year')`.execute(tx),
    );
    await expect(drop).rejects.toThrow("permission denied");
  });
});

describe("webhooks that were applied", () => {
  it("are forgotten when they are old, and not before they are applied", async () => {
    const put = (received: string, applied: string) =>
      test.database.asSystem((tx) =>
        sql`INSERT INTO provider_events (day, id, token, kind, provider_message_id, reason, at, received_at, applied_at)
          VALUES (now()::date, ${received + applied}, ${randomUUID()}, 'delivered', 'm', '', now(), ${sql.raw(received)}, ${sql.raw(applied)})`.execute(
          tx,
        ),
      );
    await put("now() - interval '40 days'", "now()");
    await put("now() - interval '40 days'", "NULL");
    await put("now() - interval '1 day'", "now()");
    const retention = createRetention(test.database);
    expect(await retention.forgetEvents(35, 10)).toBe(1);
    expect(await retention.forgetEvents(35, 10)).toBe(0);
  });
});
