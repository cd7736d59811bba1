import { z } from "zod";
import { ConfigError, integerVariable, readConfig } from "#core/runtime/config.ts";
import { workerVariables } from "#core/runtime/variables.ts";
import { recordMarginMs } from "./send-mail.ts";

const shape = {
  ...workerVariables,
  MAILGUN_API_URL: z
    .url("is not a URL")
    .default("https://api.mailgun.net")
    .describe("https://api.mailgun.net or https://api.eu.mailgun.net"),
  MAILGUN_API_KEY: z.string().min(1).describe("a sending key of the Mailgun account"),
  MAILGUN_BATCH_MAX: integerVariable(1, 1_000)
    .default(500)
    .describe("recipients of one call; Mailgun takes 1,000"),
  MAILGUN_TIMEOUT_MS: integerVariable(1_000, 60_000)
    .default(20_000)
    .describe("milliseconds for one call; must stay well below the lease"),
  FANFARE_CALLS_PER_DOMAIN: integerVariable(1, 4_096)
    .default(256)
    .describe("calls of one sending domain that an instance makes at once; fewer while the provider fails"),
  KICKBOX_API_URL: z
    .url("is not a URL")
    .default("https://api.kickbox.com")
    .describe("https://api.kickbox.com"),
  KICKBOX_API_KEY: z.string().optional().describe("empty: addresses are not verified"),
  FANFARE_PUBLIC_URL: z
    .url("is not a URL")
    .describe("where customers reach the api, for unsubscribe links, for example https://mail.example.com"),
  FANFARE_LINK_SECRET: z
    .string()
    .min(32, "must have at least 32 characters")
    .describe("a long random secret that signs unsubscribe links; the api has the same"),
  FANFARE_LEASE_MS: integerVariable(5_000, 600_000)
    .default(60_000)
    .describe("milliseconds after which a batch without a record is in doubt"),
};

/** Reads customer-sender's settings; throws ConfigError with every variable that is wrong. */
export function readCustomerSenderConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  const config = readConfig(shape, env);
  const { FANFARE_LEASE_MS: leaseMs, MAILGUN_TIMEOUT_MS: timeoutMs } = config;
  if (leaseMs < timeoutMs + recordMarginMs)
    throw new ConfigError(
      `FANFARE_LEASE_MS is ${leaseMs} and MAILGUN_TIMEOUT_MS is ${timeoutMs}: no call would ever fit into a lease, so nothing would be sent. ` +
        `The lease must be at least ${recordMarginMs} ms longer than the time-out; raise the one or lower the other.`,
    );
  return config;
}
