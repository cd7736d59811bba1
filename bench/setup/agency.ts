import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Stack } from "#dev/stack/stack.ts";
import type { Api } from "../../services/cli/connect/api.ts";
import { connect } from "../../services/cli/connect/connect.ts";
import { MAIL_TEMPLATE } from "./mail-template.ts";

/** An agency that can send to many. `name` is also the domain of its customers' addresses. */
export type BenchAgency = {
  name: string;
  agencyId: string;
  apiKey: string;
  api: Api;
  templateId: string;
  /** Its first so many customers, on a list; what is missing is loaded. */
  audience: (size: number) => Promise<Audience>;
  close: () => void;
};

/** A customer list and how many are on it. */
export type Audience = { listId: string; size: number };

/** The contract's largest top-up: no run of the bench spends it. */
const CREDITS = 1_000_000_000n;

/** Creates an agency that asks no verifier, with credit for every run, and the template. */
export async function createBenchAgency(stack: Stack, name = "bench"): Promise<BenchAgency> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey });
  const created = await operator.api.agencies
    .createAgency({
      idempotencyKey: randomUUID(),
      settings: {
        name: `${name} Insurance`,
        sendingDomain: `mail.${name}.example`,
        fromName: `${name} Insurance`,
        postalAddress: "1 Quay Street",
        timeZone: "America/Chicago",
        verifyAddresses: false,
      },
      adminEmail: `admin@mail.${name}.example`,
      adminName: "Bench Admin",
    })
    .finally(operator.close);
  if (created.agency === undefined) throw new Error("CreateAgency answered without its agency");
  const agencyId = created.agency.id;
  await topUp(stack, agencyId);
  const { api, close } = connect({ url: stack.apiUrl, apiKey: created.apiKey });
  const { template } = await api.templates.createTemplate(MAIL_TEMPLATE);
  const lists = new Map<number, Promise<Audience>>();
  const audience = (size: number) => {
    const loading = lists.get(size) ?? loadAudience(stack.databaseUrl, name, agencyId, size);
    lists.set(size, loading);
    return loading;
  };
  return { name, agencyId, apiKey: created.apiKey, api, templateId: template?.id ?? "", audience, close };
}

async function topUp(stack: Stack, agencyId: string): Promise<void> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey, agencyId });
  await operator.api.agencies
    .topUpCredits({ idempotencyKey: randomUUID(), amount: CREDITS, note: "bench" })
    .finally(operator.close);
}

/** Straight into the tables: an import of a million by CSV is another figure than those that are measured here. */
async function loadAudience(
  databaseUrl: string,
  name: string,
  agencyId: string,
  size: number,
): Promise<Audience> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: have } = await client.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM customers WHERE agency_id = $1 AND external_id LIKE 'c-%'",
      [agencyId],
    );
    await client.query(
      `INSERT INTO customers (agency_id, external_id, email, address_key, first_name, last_name, attributes)
       SELECT $1, 'c-' || i, address, address, 'Ada' || i, 'Lovelace', jsonb_build_object('city', 'Port ' || i % 100)
       FROM generate_series($2::int, $3::int) i, LATERAL (SELECT 'customer-' || i || '@' || $4::text || '.example' AS address) a`,
      [agencyId, have[0]!.n + 1, size, name],
    );
    const { rows: lists } = await client.query<{ id: string }>(
      "INSERT INTO customer_lists (agency_id, name) VALUES ($1, $2) RETURNING id",
      [agencyId, `The first ${size}`],
    );
    const listId = lists[0]!.id;
    await client.query(
      `INSERT INTO customer_list_members (list_id, customer_id, agency_id)
       SELECT $1, id, agency_id FROM customers WHERE agency_id = $2 AND substr(external_id, 3)::int <= $3 AND external_id LIKE 'c-%'`,
      [listId, agencyId, size],
    );
    // As autovacuum would leave it a minute later.
    await client.query("VACUUM ANALYZE customers, customer_list_members");
    return { listId, size };
  } finally {
    await client.end();
  }
}

/** A list of one customer who is inactive: a blast to it goes the whole way through list-sender, and no mail leaves. */
export async function loadNobody(databaseUrl: string, { agencyId }: BenchAgency): Promise<Audience> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `WITH list AS (INSERT INTO customer_lists (agency_id, name) VALUES ($1, 'Nobody') RETURNING id),
       customer AS (INSERT INTO customers (agency_id, email, address_key, status)
         VALUES ($1, 'nobody@bench.example', 'nobody@bench.example', 'inactive') RETURNING id)
       INSERT INTO customer_list_members (list_id, customer_id, agency_id)
         SELECT list.id, customer.id, $1 FROM list, customer RETURNING list_id AS id`,
      [agencyId],
    );
    return { listId: rows[0]!.id, size: 1 };
  } finally {
    await client.end();
  }
}

/** Ids of the first customers of a list; `count` up to the contract's page of 1,000. */
export async function customerIds(api: Api, { listId }: Audience, count: number): Promise<string[]> {
  const { customers } = await api.customers.listCustomers({ listId, page: { size: count } });
  return customers.map(({ id }) => id);
}
