import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { Bench } from "./setup/bench.ts";
import type { Profiled } from "./settings.ts";

/** The part of V8's .cpuprofile that tells self time. */
export type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

export type SelfTime = { name: string; ms: number; percent: number };

const SHOWN = 15;

/** Functions by the time spent in themselves, without what they call and without idling. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  return timesBy(profile, nameOf);
}

/** The same by package: the vendor's, ours by folder, or Node itself. */
export function packageTimes(profile: CpuProfile): SelfTime[] {
  return timesBy(profile, packageOf);
}

type Frame = CpuProfile["nodes"][number]["callFrame"];

function timesBy(profile: CpuProfile, name: (frame: Frame) => string): SelfTime[] {
  const frames = new Map(
    profile.nodes.map(({ id, callFrame }) => [
      id,
      callFrame.functionName === "(idle)" ? "(idle)" : name(callFrame),
    ]),
  );
  const times = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const what = frames.get(id) ?? "";
    if (what !== "(idle)") times.set(what, (times.get(what) ?? 0) + (profile.timeDeltas[index] ?? 0) / 1_000);
  }
  const total = [...times.values()].reduce((sum, ms) => sum + ms, 0);
  return [...times]
    .map(([what, ms]) => ({ name: what, ms, percent: (100 * ms) / total }))
    .toSorted((a, b) => b.ms - a.ms);
}

function packageOf({ functionName, url }: Frame): string {
  const vendor = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (vendor !== undefined) return vendor;
  const ours = /\/((?:core|services)\/[^/]+(?:\/[^/]+)?|gen)\//.exec(url)?.[1];
  if (ours !== undefined) return `fanfare: ${ours}`;
  if (url.startsWith("node:")) return `node: ${url.slice(5).split("/").slice(0, 2).join("/")}`;
  return functionName === "(garbage collector)" ? functionName : "V8 and Node, native";
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const name = functionName || "(anonymous)";
  if (url === "") return name;
  const file = url.split("/").slice(-3).join("/");
  return `${name} ${file}:${lineNumber + 1}`;
}

/** While everything runs: the statements that took PostgreSQL most time. */
export async function tellStatements({ stack }: Bench): Promise<void> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{
      ms: number;
      calls: number;
      rows: number;
      percent: number;
      query: string;
    }>(
      `SELECT total_exec_time AS ms, calls::int, rows::int, 100 * total_exec_time / sum(total_exec_time) OVER () AS percent,
         regexp_replace(query, '\\s+', ' ', 'g') AS query
       FROM pg_stat_statements ORDER BY 1 DESC LIMIT ${SHOWN}`,
    );
    console.log("\nPostgreSQL's statements by time spent in them");
    for (const row of rows)
      console.log(
        `  ${row.percent.toFixed(1).padStart(5)} %  ${(row.ms / row.calls).toFixed(3).padStart(9)} ms × ${String(row.calls).padStart(6)}  ` +
          `${String(row.rows).padStart(8)} rows  ${row.query.slice(0, 110)}`,
      );
  } finally {
    await client.end();
  }
}

/** So that the statements of setting up are not in the table. */
export async function beginStatements({ stack }: Bench): Promise<void> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  await client.query("SELECT pg_stat_statements_reset()");
  await client.end();
}

/** After everything has stopped: where the profiled service spent its CPU. */
export function tellProfile(directory: string, { name }: Exclude<Profiled, string | undefined>): void {
  const files = readdirSync(directory).filter((file) => file.endsWith(".cpuprofile"));
  for (const file of files) {
    const profile = JSON.parse(readFileSync(join(directory, file), "utf8")) as CpuProfile;
    for (const [by, times] of [
      ["package", packageTimes(profile)],
      ["function", selfTimes(profile)],
    ] as const) {
      console.log(`\n${name} by ${by}, time in itself (${join(directory, file)})`);
      for (const { name: what, ms, percent } of times.slice(0, SHOWN))
        console.log(
          `  ${percent.toFixed(1).padStart(5)} %  ${Math.round(ms).toString().padStart(6)} ms  ${what}`,
        );
    }
  }
}
