import { randomBytes } from "node:crypto";
import pg from "pg";
import { databaseServerUrl } from "#test/support/servers.ts";

/** A database without a table. `drop` fails when somebody still holds a connection to it. */
export async function emptyDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `replayed_${randomBytes(6).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(databaseServerUrl());
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => onServer(`DROP DATABASE ${name}`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseServerUrl(), application_name: "test-support" });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
