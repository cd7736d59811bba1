import { integerVariable, readConfig } from "#core/runtime/config.ts";
import { workerVariables } from "#core/runtime/variables.ts";

const shape = {
  ...workerVariables,
  FANFARE_BLAST_WINDOW: integerVariable(1, 100_000)
    .default(4_000)
    .describe("deliveries of a lane that may be on the queue at once, shared by its agencies"),
};

/** Reads list-sender's settings; throws ConfigError with every variable that is wrong. */
export function readListSenderConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  return readConfig(shape, env);
}
