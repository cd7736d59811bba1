// I10: no read and no write across agencies, by any RPC with the other's ids, and by no query on any table.
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { acceptBlastRows, createCustomerRows } from "#test/support/agency-rows.ts";

let api: TestApi;
let mine: TestAgency;
let theirs: TestAgency;
/** Ids of the other agency, of every kind. */
let their: {
  customer: string;
  list: string;
  template: string;
  blast: string;
  schedule: string;
  user: string;
  key: string;
};
/** What is needed of one's own to make a call that is right but for one id. */
let own: { customer: string; list: string; template: string };

beforeAll(async () => {
  api = await startTestApi();
  mine = await api.createTestAgency({ credits: 100 });
  theirs = await api.createTestAgency({ credits: 100 });
  own = await furnish(mine);
  const rest = await furnish(theirs);
  const domain = "mail.example.com";
  const agency = { agencyId: theirs.agencyId, userId: theirs.userId, templateId: rest.template, domain };
  const blast = await acceptBlastRows(api.database, agency, { audience: { customers: { ids: [rest.customer] } } });
  const schedule = await createClient(ScheduleService, theirs.transport).createSchedule({
    idempotencyKey: randomUUID(), name: "Weekly", localStart: "2099-01-05T09:00", content: { templateId: rest.template },
    audience: { of: { case: "listId", value: rest.list } },
  });
  const key = await createClient(AgencyService, theirs.transport).listApiKeys({});
  their = { ...rest, blast, schedule: schedule.schedule!.id, user: theirs.userId, key: key.keys[0]!.id };
}); // prettier-ignore
afterAll(() => api?.close());

async function furnish(of: TestAgency) {
  const [customer] = (await createCustomerRows(api.database, of.agencyId, 1)) as [string];
  const list = await createClient(CustomerService, of.transport).createCustomerList({ name: "Coast" });
  const template = await createClient(TemplateService, of.transport).createTemplate({
    name: "Storm", source: { subject: "Storm", html: "<p>Storm {{unsubscribe_url}}</p>", text: "Storm {{unsubscribe_url}}" },
  });
  return { customer, list: list.list!.id, template: template.template!.id };
} // prettier-ignore

const client = <S extends DescService>(service: S): Client<S> => createClient(service, mine.transport);
const blasts = () => client(BlastService);
const customers = () => client(CustomerService);
const templates = () => client(TemplateService);
const schedules = () => client(ScheduleService);
const agencies = () => client(AgencyService);
const toList = (value: string) => ({ of: { case: "listId" as const, value } });
const toIds = (...ids: string[]) => ({ of: { case: "customers" as const, value: { ids } } });
const send = (o: { template?: string; audience?: ReturnType<typeof toList> | ReturnType<typeof toIds> }) => ({
  idempotencyKey: randomUUID(), name: "x", content: { templateId: o.template ?? own.template }, audience: o.audience ?? toIds(own.customer),
}); // prettier-ignore

describe("an RPC with another agency's id answers as if there were no such thing", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["GetBlast", () => blasts().getBlast({ blastId: their.blast })],
    ["CancelBlast", () => blasts().cancelBlast({ blastId: their.blast })],
    ["PauseBlast", () => blasts().pauseBlast({ blastId: their.blast })],
    ["ResumeBlast", () => blasts().resumeBlast({ blastId: their.blast })],
    ["ListDeliveries", () => blasts().listDeliveries({ blastId: their.blast })],
    ["SendBlast, template", () => blasts().sendBlast(send({ template: their.template }))],
    ["SendBlast, list", () => blasts().sendBlast(send({ audience: toList(their.list) }))],
    ["SendBlast, customers", () => blasts().sendBlast(send({ audience: toIds(own.customer, their.customer) }))],
    ["PreviewBlast, template", () => blasts().previewBlast({ content: { templateId: their.template }, audience: toIds(own.customer) })],
    ["PreviewBlast, list", () => blasts().previewBlast({ content: { templateId: own.template }, audience: toList(their.list) })],
    ["SendToCustomer, customer", () => blasts().sendToCustomer({ idempotencyKey: randomUUID(), customerId: their.customer, content: { templateId: own.template } })],
    ["SendToCustomer, template", () => blasts().sendToCustomer({ idempotencyKey: randomUUID(), customerId: own.customer, content: { templateId: their.template } })],
    ["GetCustomer", () => customers().getCustomer({ customerId: their.customer })],
    ["DeleteCustomer", () => customers().deleteCustomer({ customerId: their.customer })],
    ["AddToCustomerList, list", () => customers().addToCustomerList({ listId: their.list, customerIds: [own.customer] })],
    ["AddToCustomerList, customer", () => customers().addToCustomerList({ listId: own.list, customerIds: [their.customer] })],
    ["RemoveFromCustomerList", () => customers().removeFromCustomerList({ listId: their.list, customerIds: [their.customer] })],
    ["RenameCustomerList", () => customers().renameCustomerList({ listId: their.list, name: "Mine" })],
    ["DeleteCustomerList", () => customers().deleteCustomerList({ listId: their.list })],
    ["ListCustomerLists, customer", () => customers().listCustomerLists({ customerId: their.customer })],
    ["OptOut", () => customers().optOut({ customerId: their.customer, source: "x" })],
    ["OptIn", () => customers().optIn({ customerId: their.customer, source: "x" })],
    ["GetTemplate", () => templates().getTemplate({ templateId: their.template })],
    ["ListTemplateVersions", () => templates().listTemplateVersions({ templateId: their.template })],
    ["ArchiveTemplate", () => templates().archiveTemplate({ templateId: their.template })],
    ["GetSchedule", () => schedules().getSchedule({ scheduleId: their.schedule })],
    ["CancelSchedule", () => schedules().cancelSchedule({ scheduleId: their.schedule })],
    ["UpdateUser", () => agencies().updateUser({ userId: their.user, active: false })],
    ["RevokeApiKey", () => agencies().revokeApiKey({ keyId: their.key })],
    ["ExplainDelivery", () => blasts().explainDelivery({ deliveryId: `${their.blast}.1` })],
    ["ListActivities", () => client(ActivityService).listActivities({ customerId: their.customer })],
  ])("%s", async (_name, call) => {
    const before = await fingerprint(theirs.agencyId);
    const answer = await call().then((value) => ({ value }), (error: unknown) => ({ error: ConnectError.from(error) }));
    if ("error" in answer) expect([Code.NotFound]).toContain(answer.error.code);
    // A list of nothing is as good as a refusal; anything that names the other's id is not.
    else expect(JSON.stringify(answer.value, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(theirs.agencyId);
    expect(await fingerprint(theirs.agencyId)).toEqual(before);
  }); // prettier-ignore

  test("lists hold nothing of the other's", async () => {
    const answers = await Promise.all([
      blasts().listBlasts({}), customers().listCustomers({}), customers().listCustomerLists({}), customers().listSuppressions({}),
      templates().listTemplates({}), schedules().listSchedules({}), agencies().listUsers({}), agencies().listApiKeys({}), agencies().listLedger({}),
    ]);
    const words = JSON.stringify(answers, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
    for (const id of [...Object.values(their), theirs.agencyId]) expect(words).not.toContain(id);
    for (const id of Object.values(own)) expect(words).toContain(id);
  }); // prettier-ignore
});

/** Everything of an agency, as one hash for each table. */
async function fingerprint(agencyId: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  await api.database.asSystem(async (tx) => {
    for (const { table, column } of await tables()) {
      // When a key was last used is a note of the sign-in, not a change.
      const ignored = table === "api_keys" ? sql` - 'last_used_at'` : sql``;
      const { rows } = await sql<{ hash: string }>`
        SELECT md5(coalesce(string_agg((to_jsonb(t)${ignored})::text, ',' ORDER BY to_jsonb(t)::text), '')) AS hash
        FROM ${sql.table(table)} t WHERE ${sql.ref(column)} = ${agencyId}`.execute(tx);
      hashes[table] = rows[0]!.hash;
    }
  });
  return hashes;
}

/** Every table whose rows belong to somebody, by the catalogue: a new table is in it without anybody's thinking of it. */
async function tables(): Promise<{ table: string; column: string }[]> {
  return onServer(async (connection) => {
    const { rows } = await connection.query<{ table: string; column: string }>(`
      SELECT c.relname AS "table", CASE c.relname WHEN 'agencies' THEN 'id' ELSE 'agency_id' END AS "column"
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND (c.relname = 'agencies' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'agency_id'))
      ORDER BY 1`);
    return rows;
  });
}

async function onServer<T>(work: (connection: pg.Client) => Promise<T>): Promise<T> {
  const connection = new pg.Client({ connectionString: api.databaseUrl });
  await connection.connect();
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

describe("row-level security stands underneath every table", () => {
  const unguarded = async (partitions: boolean): Promise<string[]> => {
    const { rows } = await onServer((connection) =>
      connection.query<{ relname: string }>(
        `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
           AND c.relispartition = $1 AND has_table_privilege('fanfare_agency', c.oid, 'SELECT, INSERT, UPDATE, DELETE')`,
        [partitions],
      ),
    );
    // The migrator's own two tables know no agency.
    return rows.map(({ relname }) => relname).filter((name) => !name.startsWith("kysely_"));
  };

  test("it is enabled and forced on each that an agency's role may touch", async () => {
    expect(await unguarded(false)).toEqual([]);
  });

  // A partition that is named itself does not ask its parent's policies.
  test("no partition can be touched past its parent", async () => {
    expect(await unguarded(true)).toEqual([]);
  });

  test("a query without an agency sees nothing, and one with an agency sees nothing of another's", async () => {
    for (const { table, column } of await tables()) {
      const [unset, foreign, total] = await onServer(async (connection) => {
        const count = async (role: string, agencyId: string, where = "true") => {
          await connection.query("BEGIN");
          await connection.query("SELECT set_config('role', $1, true), set_config('fanfare.agency_id', $2, true)", [role, agencyId]);
          const { rows } = await connection.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`);
          await connection.query("ROLLBACK");
          return rows[0]!.n;
        };
        return [
          await count("fanfare_agency", ""),
          await count("fanfare_agency", mine.agencyId, `${column} IS DISTINCT FROM '${mine.agencyId}'`),
          await count("fanfare_system", ""),
        ];
      });
      expect({ table, unset, foreign }).toEqual({ table, unset: 0, foreign: 0 });
      if (["agencies", "customers", "templates", "blasts", "ledger"].includes(table)) expect(total).toBeGreaterThan(0);
    }
  }); // prettier-ignore

  test("a row of another agency can be neither written nor taken over", async () => {
    const insert = api.database.withAgency(mine.agencyId, (tx) =>
      tx.insertInto("customer_lists").values({ agency_id: theirs.agencyId, name: "Mine now" }).execute(),
    );
    await expect(insert).rejects.toThrow(/row-level security/);
    const update = await api.database.withAgency(mine.agencyId, (tx) =>
      tx
        .updateTable("customers")
        .set({ agency_id: mine.agencyId })
        .where("id", "=", their.customer)
        .executeTakeFirst(),
    );
    expect(update.numUpdatedRows).toBe(0n);
    const away = api.database.withAgency(mine.agencyId, (tx) =>
      tx
        .updateTable("customers")
        .set({ agency_id: theirs.agencyId })
        .where("id", "=", own.customer)
        .execute(),
    );
    await expect(away).rejects.toThrow(/row-level security/);
  });
});
