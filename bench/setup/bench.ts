import { join } from "node:path";
import { makeLogDirectory } from "#dev/stack/log-directory.ts";
import { startStack, type Stack, type StackOptions } from "#dev/stack/stack.ts";
import type { Figures } from "../figures.ts";
import type { Settings } from "../settings.ts";
import { createBenchAgency, type BenchAgency } from "./agency.ts";
import { startSink, type Sink } from "./sink.ts";
import { usePostgres, USED_SETTINGS } from "./used-postgres.ts";

/** What every section measures with. */
export type Bench = {
  stack: Stack;
  sink: Sink;
  agency: BenchAgency;
  sizes: Sizes;
  figures: Figures;
  say: (what: string) => void;
  profileDirectory: string;
  stop: () => Promise<void>;
};

/** Customers of the blasts: at scale 1 ten thousand, 200,000 and a million. */
export type Sizes = { some: number; many: number; million: number };

/** Counts statements, and writes the plan of each slow one into postgres.log, without what it was asked. */
const STATEMENT_SETTINGS: Record<string, string> = {
  shared_preload_libraries: "pg_stat_statements,auto_explain",
  track_io_timing: "on",
  "auto_explain.log_min_duration": "200ms",
  "auto_explain.log_analyze": "on",
  "auto_explain.log_timing": "off",
  "auto_explain.log_buffers": "on",
  "auto_explain.log_parameter_max_length": "0",
};

/** Sizes at a scale. */
export function sizesOf(scale: number): Sizes {
  const of = (size: number) => Math.max(1, Math.round(size * scale));
  return { some: of(10_000), many: of(200_000), million: of(1_000_000) };
}

/** Starts the whole stack with the sink as provider; verification is off, and no webhooks come but those that a section makes. */
export async function startBench(
  settings: Settings,
  figures: Figures,
  say: Bench["say"],
  more: Pick<StackOptions, "serviceEnv"> = {},
): Promise<Bench> {
  const logDirectory = makeLogDirectory();
  const profileDirectory = join(logDirectory, "profile");
  const { profiled } = settings;
  const crashes: string[] = [];
  const sink = await startSink(logDirectory);
  const starting = startStack({
    logDirectory,
    sandbox: false,
    onProgress: say,
    onUnexpectedExit: (name) => crashes.push(name),
    env: { MAILGUN_API_URL: sink.url },
    ...more,
    ...(typeof profiled === "object" && {
      serviceEnv: {
        [profiled.service]: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDirectory}` },
      },
    }),
    postgres: { settings: { ...USED_SETTINGS, ...(profiled === "postgres" && STATEMENT_SETTINGS) } },
  });
  const stop = async () => {
    await (await starting).stop();
    await sink.stop();
    if (crashes.length > 0) throw new Error(`${crashes.join(", ")} ended in the middle; see ${logDirectory}`);
  };
  try {
    const stack = await starting;
    await usePostgres(stack.databaseUrl);
    const agency = await createBenchAgency(stack);
    const end = async () => {
      agency.close();
      await stop();
    };
    const sizes = sizesOf(settings.scale);
    return { stack, sink, agency, sizes, figures, say, profileDirectory, stop: end };
  } catch (error) {
    await stop().catch(() => sink.stop());
    throw error;
  }
}
