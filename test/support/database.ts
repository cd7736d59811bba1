import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type Database, openDatabase } from "#core/adapters/postgres/database.ts";
import { migrateToLatest } from "#core/adapters/postgres/migrate.ts";
import { databaseServerUrl } from "./servers.ts";

/** A migrated database of one test file, and nobody else's. */
export type TestDatabase = {
  url: string;
  database: Database;
  /** Closes the pool and removes the database; fails when somebody still holds a connection to it. */
  drop: () => Promise<void>;
};

// Any number will do, as long as all test files mean the same lock by it.
const templateLock = 7_316_402_115;

/** Clones the migrated template (0.15 s); the first caller of a run makes it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(async (client) => {
    // PostgreSQL clones no database that somebody is connected to, so migrating and cloning take turns.
    await client.query("SELECT pg_advisory_lock($1)", [templateLock]);
    const template = await ensureTemplate(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = databaseUrl(name);
  const database = openDatabase({ url, maxConnections: 5, applicationName: "test" });
  return {
    url,
    database,
    async drop() {
      await database.close();
      await onServer((client) => dropWhenFree(client, name));
    },
  };
}

/** Named by the migrations' text, so that a server that outlives a run never offers a schema of yesterday. */
async function ensureTemplate(client: pg.Client): Promise<string> {
  const template = `template_${migrationsHash()}`;
  const found = await client.query("SELECT FROM pg_database WHERE datname = $1", [template]);
  if (found.rowCount === 0) {
    const half = `${template}_half`;
    await client.query(`DROP DATABASE IF EXISTS ${half}`);
    await client.query(`CREATE DATABASE ${half}`);
    await migrateToLatest(databaseUrl(half));
    await client.query(`ALTER DATABASE ${half} RENAME TO ${template}`);
  }
  return template;
}

// A closed pool's sessions take a moment to end at the server; a leaked one never does.
async function dropWhenFree(client: pg.Client, name: string): Promise<void> {
  const objectInUse = "55006";
  const giveUpAtMs = Date.now() + 5_000;
  for (;;) {
    try {
      await client.query(`DROP DATABASE ${name}`);
      return;
    } catch (error) {
      const inUse = error instanceof pg.DatabaseError && error.code === objectInUse;
      if (!inUse || Date.now() > giveUpAtMs) throw error;
      await client.query("SELECT pg_sleep(0.02)");
    }
  }
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseServerUrl(), application_name: "test-support" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(name: string): string {
  const url = new URL(databaseServerUrl());
  url.pathname = `/${name}`;
  return url.toString();
}

function migrationsHash(): string {
  const folder = join(import.meta.dirname, "../../core/adapters/postgres/migrations");
  const hash = createHash("sha256");
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (file.endsWith(".ts")) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}
