import { existsSync } from "node:fs";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "./postgres.ts";

const START_TIMEOUT_MS = 60_000;

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  // A crash ends the connection under it.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test(
  "what was committed survives kill -9, on the same address, with fsync on",
  { timeout: START_TIMEOUT_MS },
  async () => {
    const postgres = await startOwn();
    expect(await query(postgres.url, "SHOW fsync")).toEqual([{ fsync: "on" }]);
    await query(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    const busy = query(postgres.url, "SELECT pg_sleep(600)").catch((error: unknown) => String(error));
    const asleep = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";
    await expect.poll(() => query(postgres.url, asleep)).toHaveLength(1);
    const { pid } = postgres;
    await postgres.crash();
    expect(await busy).toMatch(/terminated|ECONNRESET/);
    await expect(query(postgres.url, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
    await postgres.restart();
    expect(postgres.pid).not.toBe(pid);
    expect(await query(postgres.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  },
);

test("settings reach the server, and stop removes the data", { timeout: START_TIMEOUT_MS }, async () => {
  const postgres = await startOwn({ settings: { work_mem: "7MB" } });
  expect(await query(postgres.url, "SHOW work_mem")).toEqual([{ work_mem: "7MB" }]);
  await postgres.stop();
  expect(existsSync(postgres.dataDirectory ?? "")).toBe(false);
});

test("a wrong password is refused", { timeout: START_TIMEOUT_MS }, async () => {
  const postgres = await startOwn();
  const url = new URL(postgres.url);
  url.password = "guess";
  await expect(query(url.href, "SELECT 1")).rejects.toThrow("password authentication failed");
});

test("DATABASE_URL is used as it is, and is not ours to crash", async () => {
  const before = process.env["DATABASE_URL"];
  process.env["DATABASE_URL"] = "postgres://someone@elsewhere/db";
  onTestFinished(() => restoreEnv(before));
  const postgres = await startPostgres();
  expect(postgres.url).toBe("postgres://someone@elsewhere/db");
  await expect(postgres.crash()).rejects.toThrow("Unset it");
  await postgres.stop();
});

async function startOwn(options: Parameters<typeof startPostgres>[0] = {}) {
  const before = process.env["DATABASE_URL"];
  restoreEnv(undefined);
  const postgres = await startPostgres(options);
  restoreEnv(before);
  onTestFinished(postgres.stop);
  return postgres;
}

function restoreEnv(value: string | undefined): void {
  if (value === undefined) delete process.env["DATABASE_URL"];
  else process.env["DATABASE_URL"] = value;
}
