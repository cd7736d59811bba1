// The audit: silent when all is well, and each broken promise is named with the row that breaks it.
import { randomUUID } from "node:crypto";
import { Code, createClient } from "@connectrpc/connect";
import { sql, type RawBuilder } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditService, type AuditFinding, type AuditSummary } from "#gen/fanfare/api/v1/audit_pb.js";
import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { createNightlyAudit } from "#core/adapters/postgres/audit/nightly.ts";
import { allChecks } from "#core/adapters/postgres/audit/run-checks.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { startTestApi, type TestApi } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";
import { run } from "../../../services/cli/test-support.ts";
import { auditMeter, auditNightly } from "../../../services/scheduler/audit-nightly.ts";

const customers = 6;
/** A blast of its own for each check to break. */
const victims = new Map<string, { agency: AgencyRows; blastId: string }>();

let api: TestApi;
let pipeline: Pipeline;
let stopSenders: () => Promise<void>;

beforeAll(async () => {
  api = await startTestApi();
  pipeline = await startPipeline({ databaseUrl: api.databaseUrl });
  api.deps.providerLog = createMailgun({ apiUrl: pipeline.sandbox.url, apiKey: "key", timeoutMs: 5_000 });
  api.deps.config.providerLagMs = 0;
  const running = [
    await pipeline.startListSender(),
    await pipeline.startScheduler(),
    await pipeline.startCustomerSender(),
  ];
  stopSenders = async () => void (await Promise.all(running.map((each) => each.stop())));
});
afterAll(async () => {
  await pipeline?.close();
  await api?.close();
});

/** A blast that has ended well. */
async function goodBlast(): Promise<{ agency: AgencyRows; blastId: string }> {
  const agency = await createAgencyRows(api.database);
  await createCustomerRows(api.database, agency.agencyId, customers);
  const blastId = await acceptBlastRows(api.database, agency, { audience: { filter: {} } });
  await pipeline.ended(blastId);
  return { agency, blastId };
}

async function audit(o: {
  agencyId?: string;
  blastId?: string;
}): Promise<{ findings: AuditFinding[]; summary: AuditSummary }> {
  const client = createClient(AuditService, api.operatorTransport());
  const findings: AuditFinding[] = [];
  let summary: AuditSummary | undefined;
  for await (const { of } of client.runAudit(o)) {
    if (of.case === "finding") findings.push(of.value);
    if (of.case === "summary") summary = of.value;
  }
  return { findings, summary: summary! };
}

const plant = (...statements: RawBuilder<unknown>[]) =>
  api.database.asSystem(async (tx) => {
    for (const statement of statements) await statement.execute(tx);
  });

/** What breaks each check, for a blast that has ended well: the last delivery is number 6. */
const planted: Record<string, (o: { agency: AgencyRows; blastId: string }) => RawBuilder<unknown>[]> = {
  counters_match_rows: ({ blastId }) => [
    sql`UPDATE blast_progress SET accepted = accepted + 1 WHERE (blast_id, shard) = (SELECT blast_id, min(shard) FROM blast_progress WHERE blast_id = ${blastId} GROUP BY 1)`,
  ],
  reasons_match_rows: ({ agency, blastId }) => [
    sql`INSERT INTO blast_reasons (blast_id, reason, shard, agency_id, count) VALUES (${blastId}, 'opted_out', 0, ${agency.agencyId}, 1)`,
  ],
  audience_is_complete: ({ blastId }) => [
    sql`DELETE FROM deliveries WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  ended_blasts_are_settled: ({ blastId }) => [
    sql`UPDATE deliveries SET state = 'pending' WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  blasts_make_progress: ({ blastId }) => [
    sql`UPDATE blasts SET completed_at = NULL, state = 'sending', accepted_at = now() - interval '1 day', started_at = now() - interval '1 day' WHERE id = ${blastId}`,
    sql`UPDATE blast_progress SET changed_at = now() - interval '1 day' WHERE blast_id = ${blastId}`,
  ],
  one_delivery_a_customer: ({ blastId }) => [
    sql`UPDATE deliveries SET customer_id = (SELECT customer_id FROM deliveries WHERE blast_id = ${blastId} AND seq = 1) WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  one_acceptance_an_address: ({ blastId }) => [
    sql`UPDATE deliveries SET address = (SELECT upper(address) FROM deliveries WHERE blast_id = ${blastId} AND seq = 1) WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  accepted_after_a_claim: ({ blastId }) => [
    sql`UPDATE deliveries SET attempt = 0, claimed_at = NULL WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  an_activity_for_each_transition: ({ blastId }) => [
    sql`DELETE FROM activities WHERE source_id = ${blastId} AND seq = 6`,
  ],
  no_mail_after_an_opt_out: ({ blastId }) => [
    sql`INSERT INTO suppressions (agency_id, address_key, reason, since) SELECT agency_id, address_key, 'opted_out', now() - interval '1 hour' FROM deliveries WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  attempts_only_rise: ({ blastId }) => [
    sql`INSERT INTO activities (source_id, seq, step, agency_id, customer_id, kind, data)
      SELECT source_id, seq, step + 1, agency_id, customer_id, kind, '{"attempt": "0"}' FROM activities WHERE source_id = ${blastId} AND seq = 6 AND step = 1`,
  ],
  facts_follow_an_acceptance: ({ blastId }) => [
    sql`INSERT INTO delivery_facts (blast_id, seq, agency_id, delivered_at) SELECT blast_id, seq, agency_id, now() - interval '2 hours' FROM deliveries WHERE blast_id = ${blastId} AND seq = 6`,
    sql`UPDATE deliveries SET state = 'held' WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  sending_has_a_lease: ({ blastId }) => [
    sql`UPDATE deliveries SET state = 'sending' WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  leases_end: ({ agency, blastId }) => [
    sql`INSERT INTO claims (id, agency_id, blast_id, seqs, attempts, lease_until, worker) VALUES (gen_random_uuid(), ${agency.agencyId}, ${blastId}, '{6}', '{1}', now() - interval '1 hour', 'gone')`,
  ],
  retries_have_a_wakeup: ({ blastId }) => [
    sql`UPDATE deliveries SET state = 'retry' WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  wakeups_are_for_retries: ({ blastId }) => [wakeup(blastId, sql`now()`)],
  wakeups_are_looked_after: ({ blastId }) => [wakeup(blastId, sql`now() - interval '1 hour'`)],
  doubts_are_for_deliveries_in_doubt: ({ blastId }) => [
    sql`INSERT INTO doubts (blast_id, seq, agency_id, attempt, since, claimed_at, next_look_at) SELECT blast_id, seq, agency_id, attempt, now(), now(), now() FROM deliveries WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  doubts_are_settled: ({ blastId }) => [
    sql`UPDATE deliveries SET state = 'in_doubt' WHERE blast_id = ${blastId} AND seq = 6`,
  ],
  outbox_is_published: ({ agency }) => [
    sql`INSERT INTO outbox (agency_id, subject, headers, body, created_at) VALUES (${agency.agencyId}, 'fanfare.event.x', '{}', '', now() - interval '1 hour')`,
  ],
  balance_is_the_ledger: ({ agency }) => [
    sql`UPDATE credits SET balance = balance + 1 WHERE agency_id = ${agency.agencyId}`,
  ],
  reserved_is_the_ledger: ({ agency }) => [
    sql`UPDATE credits_reserved SET reserved = reserved + 1 WHERE agency_id = ${agency.agencyId}`,
  ],
  reservations_match_rows: ({ agency, blastId }) => [
    sql`INSERT INTO ledger (agency_id, blast_id, kind, amount, reserved) VALUES (${agency.agencyId}, ${blastId}, 'settle', 0, -1)`,
  ],
  one_blast_a_key: ({ agency, blastId }) => [
    sql`INSERT INTO idempotency_keys (agency_id, scope, key, request_hash, result) VALUES (${agency.agencyId}, 'send_blast', ${randomUUID()}, '', ${blastId})`,
  ],
  one_blast_an_occurrence: ({ agency, blastId }) => [
    // The database refuses such twins, so its rule is taken away for a moment.
    sql`SELECT set_config('role', 'none', true)`,
    sql`ALTER TABLE blasts DROP CONSTRAINT blasts_schedule_id_occurrence_key`,
    sql`WITH s AS (INSERT INTO schedules (agency_id, name, template_id, template_version, audience, lane, local_start, time_zone)
      VALUES (${agency.agencyId}, 's', ${agency.templateId}, 1, '{}', 'bulk', '', 'UTC') RETURNING id),
      twin AS (INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state, completed_at, schedule_id, occurrence)
        SELECT ${agency.agencyId}, 'twin', 'bulk', ${agency.templateId}, 1, '{}', 'completed', now(), s.id, 'x' FROM s)
      UPDATE blasts SET schedule_id = s.id, occurrence = 'x' FROM s WHERE blasts.id = ${blastId}`,
  ],
  agencies_are_apart: ({ blastId }) => [
    sql`UPDATE deliveries SET agency_id = gen_random_uuid() WHERE blast_id = ${blastId} AND seq = 6`,
  ],
};

const wakeup = (blastId: string, at: RawBuilder<unknown>) =>
  sql`INSERT INTO wakeups (blast_id, seq, agency_id, customer_id, lane, attempt, at) SELECT blast_id, seq, agency_id, customer_id, 'standard', attempt, ${at} FROM deliveries WHERE blast_id = ${blastId} AND seq = 6`;

describe("a house where all is well", () => {
  it("has nothing to find, in no blast, no agency, and not at the provider", async () => {
    const { agency, blastId } = await goodBlast();
    for (const scope of [{}, { agencyId: agency.agencyId }, { blastId }]) {
      const { findings, summary } = await audit(scope);
      expect(findings).toEqual([]);
      expect(summary.checks.filter(({ failure, cutShort }) => failure !== "" || cutShort)).toEqual([]);
      expect(summary.checks.map(({ name }) => name)).toEqual([
        ...allChecks.map(({ name }) => name),
        ...("blastId" in scope ? ["provider_agrees"] : []),
      ]);
    }
  });

  it("is for operators to look at", async () => {
    const { transport } = await api.createTestAgency();
    const call = async () => {
      for await (const _ of createClient(AuditService, transport).runAudit({})) return;
    };
    expect((await errorOf(call())).code).toBe(Code.PermissionDenied);
  });
});

describe("the provider's log", () => {
  it("betrays a mail that we do not know of, one that it does not know of, and one that it took twice", async () => {
    const { agency, blastId } = await goodBlast();
    const mailgun = createMailgun({ apiUrl: pipeline.sandbox.url, apiKey: "key", timeoutMs: 5_000 });
    const { rows } = await api.database.asSystem((tx) =>
      sql<{
        address: string;
      }>`UPDATE deliveries SET attempt = 2 WHERE blast_id = ${blastId} AND seq = 4 RETURNING address`.execute(
        tx,
      ),
    );
    const recipients = [{ address: rows[0]!.address, rid: `${blastId}.4/2`, variables: {} }];
    await mailgun.send({
      domain: agency.domain, from: `hi@${agency.domain}`, subject: "again", html: "", text: "again", headers: {}, recipients,
      tag: blastId, timeoutMs: 5_000,
    }); // prettier-ignore
    await plant(
      sql`UPDATE deliveries SET state = 'held' WHERE blast_id = ${blastId} AND seq = 2`,
      sql`UPDATE deliveries SET attempt = 9 WHERE blast_id = ${blastId} AND seq = 3`,
    );
    const { findings } = await audit({ blastId });
    const provider = findings.filter(({ check }) => check === "provider_agrees");
    expect(provider.map(({ sequence, sentence }) => [sequence, sentence])).toEqual([
      [2, `It is held, and the provider took ${blastId}.2/1.`],
      [3, "It is accepted, and the provider's log has none of its tries."],
      [4, `The provider took 2 of its tries: ${blastId}.4/2, ${blastId}.4/1.`],
    ]);
  });
});

describe("each broken promise", () => {
  beforeAll(async () => {
    for (const name of Object.keys(planted)) victims.set(name, await goodBlast());
    // They would mend some of it.
    await stopSenders();
  });

  it("is planted in this test", () => {
    expect(Object.keys(planted).toSorted()).toEqual(allChecks.map(({ name }) => name).toSorted());
  });

  it.each(Object.keys(planted).map((name) => [name]))("%s is found, and its row is named", async (name) => {
    const victim = victims.get(name)!;
    await plant(...planted[name]!(victim));
    const { findings } = await audit({ agencyId: victim.agency.agencyId });
    const named = findings.filter(({ check }) => check === name);
    expect(named.length).toBeGreaterThan(0);
    const { agencyId, blastId, sequence, sentence } = named.at(-1)!;
    expect(agencyId).toBe(victim.agency.agencyId);
    if (blastId !== "" && name !== "one_blast_an_occurrence") expect(blastId).toBe(victim.blastId);
    expect([0, 6]).toContain(sequence);
    expect(sentence).toMatch(/^.{20,}\.$/);
  });

  it("is shown on the command line, with exit code 1", async () => {
    const { agency } = victims.get("counters_match_rows")!;
    const env = { FANFARE_URL: api.url, FANFARE_API_KEY: api.operatorKey };
    const broken = await run(["audit", "--agency", agency.agencyId], env);
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/I1 +counters match rows +\d+ +1/);
    expect(broken.out).toContain("The counter accepted is 7, and 6 deliveries are.");
    const well = await createAgencyRows(api.database);
    const good = await run(["audit", "--agency", well.agencyId], env);
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining("nothing is broken") });
  });

  it("is logged at night by one of the schedulers, once a day", async () => {
    const metrics = createMetrics();
    const audits = [1, 2, 3].map(() =>
      auditNightly({
        audit: createNightlyAudit(api.database),
        log: createLogger({ service: "test", level: "silent" }),
        meter: auditMeter(metrics),
      }),
    );
    await Promise.all(audits);
    const text = await metrics.render();
    expect(text).toMatch(/fanfare_audit_findings_total\{check="balance_is_the_ledger",invariant="I4"\} 1\n/);
  });
});
