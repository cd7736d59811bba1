// The usual TypeScript way to build the same flow, on the same machine in the same run: see bench/baseline.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { fork } from "node:child_process";
import { once } from "node:events";
import pg from "pg";
import { makeLogDirectory } from "#dev/stack/log-directory.ts";
import { startPostgres } from "#dev/stack/postgres.ts";
import { AGENCY, loadCustomers } from "../baseline/customers.ts";
import type { Figures } from "../figures.ts";
import { addHashes, sumOfHashes } from "../measure/addresses.ts";
import { cpuSeconds } from "../measure/cpu.ts";
import { callsAfter, sinkStats } from "../measure/sink.ts";
import type { Settings } from "../settings.ts";
import { sizesOf } from "../setup/bench.ts";
import { startSink } from "../setup/sink.ts";

const SECTION = "a job per customer on pg-boss";
/** A part of the list: it takes long enough to be measured, and the rest would be the same again. */
const CUSTOMERS_FACTOR = 3;
const POLL_MS = 200;
const LIMIT_MS = 300_000;
const THOUSAND = 1_000;

/** Its own PostgreSQL, with the same settings as Fanfare's, and its own sink. */
export async function measureBaseline(
  settings: Settings,
  figures: Figures,
  say: (what: string) => void,
): Promise<void> {
  const size = sizesOf(settings.scale).some * CUSTOMERS_FACTOR;
  const postgres = await startPostgres();
  const sink = await startSink(makeLogDirectory());
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const blastId = randomUUID();
  await loadCustomers(client, size);
  const worker = fork(new URL("../baseline/main.ts", import.meta.url), {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, DATABASE_URL: postgres.url, MAILGUN_API_URL: sink.url, BLAST_ID: blastId },
  });
  try {
    say(`${size} customers, a job each`);
    await measure();
  } finally {
    worker.kill("SIGKILL");
    await client.end();
    await sink.stop();
    await postgres.stop();
  }

  async function measure(): Promise<void> {
    await once(worker.stdout!, "data");
    const spent = () => ({
      worker: cpuSeconds(worker.pid!),
      postgres: postgres.pid === undefined ? 0 : cpuSeconds(postgres.pid),
    });
    const before = spent();
    const beganAtMs = Date.now();
    worker.send("go");
    const giveUpAtMs = performance.now() + LIMIT_MS;
    for (let sent = 0; sent < size;) {
      const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM sent");
      sent = rows[0]!.n;
      if (performance.now() > giveUpAtMs) throw new Error(`pg-boss sent ${sent} of ${size}`);
      await wait(POLL_MS);
    }
    const after = spent();
    let hashes = 0;
    for await (const call of callsAfter(sink.url, 0)) hashes = addHashes(hashes, call.hashes);
    if (hashes !== sumOfHashes(AGENCY, size)) throw new Error("pg-boss did not send to each customer once");
    const seconds = ((await sinkStats(sink.url)).last_ms - beganAtMs) / THOUSAND;
    const used = {
      worker: ((after.worker - before.worker) / size) * THOUSAND,
      postgres: ((after.postgres - before.postgres) / size) * THOUSAND,
    };
    const add = (key: string, label: string, value: number) => figures.add(SECTION, key, label, value);
    add("baseline_customers_n", "customers", size);
    add("baseline_mails_per_s", "mails/s, first job to last acceptance", size / seconds);
    add("baseline_cpu_s_per_1000_mails", "CPU s per 1,000 mails, all of it", used.worker + used.postgres);
    add("baseline_cpu_s_per_1000_mails_worker", "worker, s per 1,000 mails", used.worker);
    add("baseline_cpu_s_per_1000_mails_postgres", "postgres, s per 1,000 mails", used.postgres);
    say(`${Math.round(size / seconds)} mails/s`);
  }
}
