import { z } from "zod";
import { integerVariable, readConfig } from "#core/runtime/config.ts";
import { workerVariables } from "#core/runtime/variables.ts";

const minuteMs = 60_000;

const shape = {
  ...workerVariables,
  MAILGUN_API_URL: z
    .url("is not a URL")
    .default("https://api.mailgun.net")
    .describe("https://api.mailgun.net or https://api.eu.mailgun.net"),
  MAILGUN_API_KEY: z.string().min(1).describe("a key of the Mailgun account that may read its logs"),
  FANFARE_DOUBT_HORIZON_MS: integerVariable(1_000, 24 * 60 * minuteMs)
    .default(45 * minuteMs)
    .describe(
      "milliseconds after which absence at the provider is believed; Mailgun's log lags up to 30 minutes",
    ),
  FANFARE_STALL_MS: integerVariable(1_000, 60 * minuteMs)
    .default(10_000)
    .describe("milliseconds without progress after which the broker is asked whether it lost messages"),
  FANFARE_KEEP_MONTHS: integerVariable(1, 1_200)
    .default(24)
    .describe("whole months before this one whose deliveries and activities are kept"),
};

/** Reads the scheduler's settings; throws ConfigError with every variable that is wrong. */
export function readSchedulerConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  return readConfig(shape, env);
}
