import { join } from "node:path";
import { makeLogDirectory } from "#dev/stack/log-directory.ts";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import type { Figures } from "../figures.ts";
import { changeSandbox } from "../measure/sandbox.ts";
import type { Settings } from "../settings.ts";
import {
  createBenchAgency,
  importCustomers,
  importNobody,
  type Audience,
  type BenchAgency,
} from "./agency.ts";

/** What every section measures with. */
export type Bench = {
  stack: Stack;
  agency: BenchAgency;
  /** 20,000 customers at scale 1, 100,000, and one who gets no mail. */
  some: Audience;
  many: Audience;
  nobody: Audience;
  figures: Figures;
  say: (what: string) => void;
  profileDirectory: string;
  stop: () => Promise<void>;
};

const SOME = 20_000;
const MANY = 100_000;

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

/** Starts the whole stack, verification and webhooks off, and imports the customers. */
export async function startBench(settings: Settings, figures: Figures, say: Bench["say"]): Promise<Bench> {
  const logDirectory = makeLogDirectory();
  const profileDirectory = join(logDirectory, "profile");
  const { profiled } = settings;
  const crashes: string[] = [];
  const stack = await startStack({
    logDirectory,
    onProgress: say,
    onUnexpectedExit: (name) => crashes.push(name),
    ...(typeof profiled === "object" && {
      serviceEnv: {
        [profiled.service]: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDirectory}` },
      },
    }),
    ...(profiled === "postgres" && { postgres: { settings: STATEMENT_SETTINGS } }),
  });
  try {
    // Webhooks are two HTTP calls a mail, which Mailgun spreads over hours; here they would come at once and be all we measure.
    await changeSandbox(stack.sandboxUrl, { webhookUrl: "" });
    const agency = await createBenchAgency(stack);
    const [someSize, manySize] = [SOME, MANY].map((size) => Math.max(1, Math.round(size * settings.scale)));
    say(`importing ${someSize} and ${manySize} customers`);
    const some = await importCustomers(agency.api, "some", someSize!);
    const many = await importCustomers(agency.api, "many", manySize!);
    const nobody = await importNobody(agency.api);
    const stop = async () => {
      agency.close();
      await stack.stop();
      if (crashes.length > 0)
        throw new Error(`${crashes.join(", ")} ended in the middle; see ${logDirectory}`);
    };
    return { stack, agency, some, many, nobody, figures, say, profileDirectory, stop };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
