// What a user waits for after the click: the RPC SendBlast at 200 requests a second; and how far its work behind it lags.
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { costsBetween, oursOf, readCosts, type Costs } from "../measure/costs.ts";
import { failedCalls, loadOn, startLoad, type LoadPlan, type Sample } from "../measure/load.ts";
import { loadNobody } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { percentile } from "../statistics.ts";

const SECTION = "SendBlast";
const RATES_PER_S = [50, 200] as const;
/** Ten seconds at the higher rate: twenty samples are beyond the 99th percentile. */
const CALLS = 2_000;
/** Longer than any backlog that the rates leave. */
const ENDED_LIMIT_MS = 120_000;
const POLL_MS = 500;

export async function measureSendBlast(bench: Bench): Promise<void> {
  const { stack, agency, say } = bench;
  const nobody = await loadNobody(stack.databaseUrl, agency);
  for (const ratePerS of RATES_PER_S) {
    const plan: LoadPlan = {
      ...loadOn(stack.apiUrl, agency),
      ratePerS,
      callsMax: CALLS,
      call: { kind: "sendBlast", listId: nobody.listId },
    };
    say(`${CALLS} calls, ${ratePerS}/s`);
    const before = readCosts(bench);
    const samples = await (await startLoad(plan)).samples;
    addLatencies(bench, ratePerS, samples);
    const slowestMs = await untilEnded(stack.databaseUrl, samples);
    addLife(bench, ratePerS, slowestMs, costsBetween(before, readCosts(bench)));
  }
}

function addLatencies({ figures, say }: Bench, ratePerS: number, samples: readonly Sample[]): void {
  const latencies = samples.map(({ latencyMs }) => latencyMs);
  const [p50, p99] = [percentile(latencies, 50), percentile(latencies, 99)];
  const key = `send_blast_${ratePerS}_per_s`;
  const words = `${ratePerS} requests/s`;
  figures.add(SECTION, `${key}_n`, `${words}, calls`, samples.length);
  figures.add(SECTION, `${key}_failed_n`, `${words}, of these failed`, failedCalls(samples));
  figures.add(SECTION, `${key}_p50_ms`, `${words}, p50 ms`, p50);
  figures.add(SECTION, `${key}_p99_ms`, `${words}, p99 ms`, p99);
  const late = percentile(
    samples.map(({ lateMs }) => lateMs),
    99,
  );
  figures.add(
    SECTION,
    `${key}_client_late_p99_ms`,
    `${words}, of it the client's own lateness, p99 ms`,
    late,
  );
  say(`${words}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${samples.length}`);
}

function addLife({ figures, say }: Bench, ratePerS: number, slowestMs: number, costs: Costs): void {
  const key = `send_blast_${ratePerS}_per_s`;
  const words = `${ratePerS} requests/s`;
  figures.add(SECTION, `${key}_ended_max_ms`, `${words}, acceptance to end, slowest, ms`, slowestMs);
  const perBlast = (seconds: number) => (seconds * 1_000) / CALLS;
  figures.add(SECTION, `${key}_cpu_ms`, `${words}, CPU ms a blast, all of it`, perBlast(oursOf(costs)));
  for (const [name, seconds] of Object.entries(costs))
    figures.add(SECTION, `${key}_cpu_ms_${name}`, `${words}, CPU ms a blast, ${name}`, perBlast(seconds));
  say(`${words}: the slowest ended ${slowestMs.toFixed(0)} ms after its acceptance`);
}

/** The longest time from acceptance to end, by the database's clock, when all have ended. */
async function untilEnded(databaseUrl: string, samples: readonly Sample[]): Promise<number> {
  const ids = samples.filter(({ error }) => error === "").map(({ blastId }) => blastId);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const giveUpAtMs = performance.now() + ENDED_LIMIT_MS; ; await wait(POLL_MS)) {
      const { rows } = await client.query<{ open: number; ms: number | null }>(
        `SELECT (count(*) FILTER (WHERE completed_at IS NULL))::int AS open,
          (extract(epoch FROM max(completed_at - accepted_at)) * 1000)::float AS ms
        FROM blasts WHERE id = ANY($1::uuid[])`,
        [ids],
      );
      const { open, ms } = rows[0]!;
      if (open === 0) return ms ?? 0;
      if (performance.now() > giveUpAtMs) throw new Error(`${open} blasts have not ended`);
    }
  } finally {
    await client.end();
  }
}
