// What the usual way keeps: a table of customers, a list of them, a template, and who was sent to.
import type pg from "pg";
import { addressOf } from "../measure/addresses.ts";
import { MAIL_TEMPLATE } from "../setup/mail-template.ts";

/** Whose addresses they are: the sink is told apart by nothing else. */
export const AGENCY = "baseline";

/** Creates the tables and loads so many customers onto one list. */
export async function loadCustomers(client: pg.Client, size: number): Promise<void> {
  await client.query(`
    CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, first_name text NOT NULL, city text NOT NULL,
      active boolean NOT NULL DEFAULT true, opted_out boolean NOT NULL DEFAULT false);
    CREATE TABLE members (list_id int NOT NULL, customer_id bigint NOT NULL REFERENCES customers, PRIMARY KEY (list_id, customer_id));
    CREATE TABLE templates (id int PRIMARY KEY, subject text NOT NULL, html text NOT NULL, text text NOT NULL);
    CREATE TABLE sent (blast_id uuid NOT NULL, customer_id bigint NOT NULL, provider_message_id text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (blast_id, customer_id))`);
  await client.query(
    `INSERT INTO customers (id, email, first_name, city)
     SELECT i, 'customer-' || i || '@' || $2::text || '.example', 'Ada' || i, 'Port ' || i % 100 FROM generate_series(1, $1::int) i`,
    [size, AGENCY],
  );
  if (
    size > 0 &&
    addressOf(AGENCY, 1) !== (await client.query("SELECT email FROM customers WHERE id = 1")).rows[0].email
  )
    throw new Error("the baseline's addresses are not those that the sink is checked against");
  await client.query("INSERT INTO members SELECT 1, id FROM customers");
  const { subject, html, text } = MAIL_TEMPLATE.source;
  await client.query("INSERT INTO templates VALUES (1, $1, $2, $3)", [subject, html, text]);
  await client.query("VACUUM ANALYZE");
}
