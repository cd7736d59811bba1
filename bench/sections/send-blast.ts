// What a user waits for after the click: the RPC SendBlast at 200 requests a second.
import { failedCalls, loadOn, startLoad, type LoadPlan, type Sample } from "../measure/load.ts";
import { loadNobody } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { percentile } from "../statistics.ts";

const SECTION = "SendBlast";
const RATES_PER_S = [50, 200] as const;
/** Ten seconds at the higher rate: twenty samples are beyond the 99th percentile. */
const CALLS = 2_000;

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
    addLatencies(bench, ratePerS, await startLoad(plan).samples);
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
