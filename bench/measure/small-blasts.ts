// Blasts to ten customers: how long each lane's take while nothing else is done, and behind a large one of another agency.
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { Audience, BenchAgency } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { median } from "../statistics.ts";
import { runBlast } from "./blast-run.ts";
import { FAR_PROVIDER_MS, withFarProvider } from "./far-provider.ts";

export const SMALL = 10;
/** Odd numbers have a middle; each takes a fraction of a second. */
const PROBES = 25;
const FAR_PROBES = 9;

const LANES = [
  ["standard", Lane.STANDARD],
  ["urgent", Lane.URGENT],
] as const;
type LaneName = (typeof LANES)[number][0];

/** Milliseconds from SendBlast to the last acceptance, by lane: with a provider that answers at once, and with one that is far away. */
export type SmallBlasts = { near: Record<LaneName, number[]>; far: Record<LaneName, number[]> };

/** Sends them one after the other, the lanes in turn. */
export async function sendSmallBlasts(
  bench: Bench,
  agency: BenchAgency,
  audience: Audience,
): Promise<SmallBlasts> {
  const near = await probe(bench, agency, audience, PROBES);
  const far = await withFarProvider(bench, () => probe(bench, agency, audience, FAR_PROBES));
  return { near, far };
}

async function probe(
  bench: Bench,
  agency: BenchAgency,
  audience: Audience,
  times: number,
): Promise<Record<LaneName, number[]>> {
  const took: Record<LaneName, number[]> = { standard: [], urgent: [] };
  for (let at = 0; at < times; at += 1)
    for (const [name, lane] of LANES) {
      const { sentAtMs, lastAcceptedAtMs } = await runBlast(bench, audience, { agency, lane });
      took[name].push(lastAcceptedAtMs - sentAtMs);
    }
  return took;
}

/** Writes both medians of each lane, and what the one is of the other. */
export function addSmallBlasts(
  { figures, say }: Bench,
  section: string,
  alone: SmallBlasts,
  behind: SmallBlasts,
): void {
  for (const provider of ["near", "far"] as const)
    for (const [name] of LANES) {
      const [one, other] = [median(alone[provider][name]), median(behind[provider][name])];
      const key = provider === "near" ? `fairness_${name}` : `fairness_${name}_far`;
      const what = `${SMALL} customers, ${name}${provider === "near" ? "" : `, provider at ${FAR_PROVIDER_MS} ms`}`;
      figures.add(section, `${key}_alone_ms`, `${what}, alone, ms`, one);
      figures.add(section, `${key}_behind_ms`, `${what}, behind the million, ms`, other);
      figures.add(section, `${key}_ratio`, `${what}, behind ÷ alone`, other / one);
      say(`${what}: ${one.toFixed(0)} ms alone, ${other.toFixed(0)} ms behind the million`);
    }
}
