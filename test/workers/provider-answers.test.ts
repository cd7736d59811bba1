// What each answer of the provider makes of a batch: customer-sender on the real broker, database and sandbox.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { until } from "#test/support/until.ts";

let pipeline: Pipeline;
let agency: AgencyRows;

beforeAll(async () => {
  pipeline = await startPipeline();
  agency = await createAgencyRows(pipeline.database);
  await pipeline.startListSender();
  await pipeline.startScheduler();
  await pipeline.startCustomerSender();
});
afterAll(() => pipeline?.close());

/** A blast that ended, and what its audit says. */
async function audited(blastId: string, withinMs?: number) {
  await pipeline.ended(blastId, withinMs);
  return auditBlast({ database: pipeline.database, sandboxUrl: pipeline.sandbox.url }, blastId);
}

async function blast(o: { count?: number; of?: AgencyRows; ids?: string[] } = {}): Promise<string> {
  const of = o.of ?? agency;
  const ids = o.ids ?? (await createCustomerRows(pipeline.database, of.agencyId, o.count ?? 5));
  return acceptBlastRows(pipeline.database, of, { audience: { customers: { ids } } });
}

describe("what the provider answers", () => {
  test("one bad address among fifty: the others are accepted, and it alone is rejected", async () => {
    const ids = await createCustomerRows(pipeline.database, agency.agencyId, 50);
    await pipeline.database.withAgency(agency.agencyId, (tx) =>
      tx.updateTable("customers").set({ email: "ada@localhost" }).where("id", "=", ids[17]!).execute(),
    );
    const audit = await audited(await blast({ ids }));
    expect(audit).toMatchObject({
      states: { accepted: 49, rejected: 1 },
      reasons: { bad_address: 1 },
      problems: [],
    });
  });

  test("401: an operator's fault costs nobody their mail", async () => {
    pipeline.sandbox.setFaults([{ kind: "401", match: { domain: agency.domain } }]);
    const blastId = await blast();
    await until("the retries", 10_000, async () => (await statesOf(blastId))["retry"] === 5);
    pipeline.sandbox.setFaults([]);
    await hurryWakeups(blastId);
    expect(await audited(blastId)).toMatchObject({ states: { accepted: 5 }, problems: [] });
  });

  test("429 with Retry-After: waits that long, then goes on", async () => {
    pipeline.sandbox.setFaults([
      { kind: "429", count: 1, retryAfterSeconds: 2, match: { domain: agency.domain } },
    ]);
    const startedAtMs = performance.now();
    expect(await audited(await blast())).toMatchObject({ states: { accepted: 5 }, problems: [] });
    expect(performance.now() - startedAtMs).toBeGreaterThan(2_000);
  });

  test.each(["500-after", "reset-after"] as const)("%s: in doubt, found in the provider's log, accepted once", async (kind) => {
    pipeline.sandbox.setFaults([{ kind, count: 1, match: { domain: agency.domain } }]);
    const blastId = await blast();
    const audit = await audited(blastId);
    expect(audit).toMatchObject({ states: { accepted: 5 }, mails: 5, problems: [] });
    expect(await kindsOf(blastId)).toContain("delivery.in_doubt");
  }); // prettier-ignore

  test.each(["500-before", "reset-before", "hang-before"] as const)("%s: in doubt, absent after the horizon, held", async (kind) => {
    pipeline.sandbox.setFaults([{ kind, count: 1, match: { domain: agency.domain } }]);
    const audit = await audited(await blast());
    // One call fails; those of the five that came in another batch are accepted.
    const { held = 0, accepted = 0 } = audit.states as Record<string, number>;
    expect(held).toBeGreaterThan(0);
    expect(held + accepted).toBe(5);
    expect(audit).toMatchObject({ mails: accepted, problems: [] });
  }); // prettier-ignore

  test("500-before under the policy resend: absent after the horizon, sent again, accepted once", async () => {
    const of = await createAgencyRows(pipeline.database, { settings: { doubt_policy: "resend" } });
    pipeline.sandbox.setFaults([{ kind: "500-before", count: 1, match: { domain: of.domain } }]);
    expect(await audited(await blast({ of }))).toMatchObject({
      states: { accepted: 5 },
      mails: 5,
      problems: [],
    });
    expect(await auditCredits(pipeline.database, of.agencyId)).toEqual([]);
  });
});

async function statesOf(blastId: string): Promise<Record<string, number>> {
  const rows = await pipeline.database.asSystem((tx) =>
    tx.selectFrom("deliveries").select("state").where("blast_id", "=", blastId).execute(),
  );
  const states: Record<string, number> = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  return states;
}

async function kindsOf(blastId: string): Promise<string[]> {
  const rows = await pipeline.database.asSystem((tx) =>
    tx.selectFrom("activities").select("kind").where("source_id", "=", blastId).execute(),
  );
  return rows.map(({ kind }) => kind);
}

async function hurryWakeups(blastId: string): Promise<void> {
  await pipeline.database.asSystem((tx) =>
    tx.updateTable("wakeups").set({ at: new Date() }).where("blast_id", "=", blastId).execute(),
  );
}
