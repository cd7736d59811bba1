import { z } from "zod";
import { flagVariable, integerVariable, portVariable, readConfig } from "#core/runtime/config.ts";
import { workerVariables } from "#core/runtime/variables.ts";

// A guessed operator key opens every agency.
const operatorKeyMinLength = 16;
// A guessed one lets a stranger unsubscribe everybody.
const linkSecretMinLength = 32;

const { DATABASE_URL, NATS_URL, FANFARE_NATS_REPLICAS, LOG_LEVEL } = workerVariables;

const shape = {
  DATABASE_URL,
  NATS_URL,
  FANFARE_NATS_REPLICAS,
  LOG_LEVEL,
  FANFARE_HOST: z.string().default("127.0.0.1").describe("the address to listen on; 0.0.0.0 in a container"),
  FANFARE_PORT: portVariable().default(8080).describe("a TCP port; 0 lets the system choose"),
  FANFARE_OPERATOR_KEY: z
    .string()
    .min(operatorKeyMinLength, `must have at least ${operatorKeyMinLength} characters`)
    .describe("a long random secret, for example from `openssl rand -base64 32`"),
  FANFARE_REPORTER_KEY: z
    .string()
    .min(operatorKeyMinLength, `must have at least ${operatorKeyMinLength} characters`)
    .optional()
    .describe("the reporter's key; without it no report can be made"),
  FANFARE_LINK_SECRET: z
    .string()
    .min(linkSecretMinLength, `must have at least ${linkSecretMinLength} characters`)
    .optional()
    .describe(
      "the secret that signs unsubscribe links, the same as customer-sender's; without it they do not work",
    ),
  FANFARE_EXPORTER_KEY: z
    .string()
    .min(operatorKeyMinLength, `must have at least ${operatorKeyMinLength} characters`)
    .optional()
    .describe("the secret that the exporter shows; without it exports are refused"),
  FANFARE_EXPORT_STORE: z
    .string()
    .regex(/^(file:\/\/\/|s3:\/\/)/, "is neither a file:/// nor an s3:// URL")
    .optional()
    .describe(
      "where the exporter puts files, the same as the exporter's, for example file:///var/lib/fanfare/exports",
    ),
  MAILGUN_API_URL: z
    .url("is not a URL")
    .default("https://api.mailgun.net")
    .describe("https://api.mailgun.net or https://api.eu.mailgun.net"),
  MAILGUN_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe("a key that may read the account's logs; without it an audit does not ask the provider"),
  FANFARE_DOUBT_HORIZON_MS: integerVariable(1_000, 24 * 60 * 60_000)
    .default(45 * 60_000)
    .describe("milliseconds after which the provider's log is believed, the same as the scheduler's"),
  MAILGUN_WEBHOOK_SIGNING_KEY: z
    .string()
    .optional()
    .describe("the account's webhook signing key; without it webhooks are refused"),
  FANFARE_WEBHOOKS_ALLOW_PRIVATE: flagVariable()
    .default(false)
    .describe("true lets webhooks' end points have private addresses and plain http: for development only"),
  FANFARE_PUBLIC_URL: z
    .url("is not a URL")
    .optional()
    .describe("where people reach this API, for example https://api.example.com"),
  FANFARE_CONSOLE_DIR: z
    .string()
    .optional()
    .describe("the directory of the built console; without it the API serves none"),
};

/** Settings of the api, by meaning. */
export type ApiConfig = {
  databaseUrl: string;
  natsUrl: string;
  /** Copies of each stream; 1 when left out. */
  natsReplicas?: number;
  host: string;
  port: number;
  operatorKey: string;
  /** Opens what the reporter needs and nothing else. */
  reporterKey?: string;
  publicUrl?: string;
  consoleDirectory?: string;
  linkSecret?: string;
  /** What the exporter shows; without it there is none. */
  exporterKey?: string;
  /** Where exported files are. */
  exportStore?: string;
  webhookSigningKey?: string;
  mailgun?: { apiUrl: string; apiKey: string };
  /** How far the provider's log may lag behind. */
  providerLagMs?: number;
  /** End points of webhooks may have private addresses. */
  webhooksAllowPrivate?: boolean;
  logLevel: string;
};

/** Reads the api's settings from the environment; throws ConfigError with every variable that is wrong. */
export function readApiConfig(env: Readonly<Record<string, string | undefined>> = process.env): ApiConfig {
  const read = readConfig(shape, env);
  return {
    databaseUrl: read.DATABASE_URL,
    natsUrl: read.NATS_URL,
    natsReplicas: read.FANFARE_NATS_REPLICAS,
    host: read.FANFARE_HOST,
    port: read.FANFARE_PORT,
    operatorKey: read.FANFARE_OPERATOR_KEY,
    logLevel: read.LOG_LEVEL,
    webhooksAllowPrivate: read.FANFARE_WEBHOOKS_ALLOW_PRIVATE,
    providerLagMs: read.FANFARE_DOUBT_HORIZON_MS,
    ...(read.MAILGUN_API_KEY === undefined
      ? {}
      : { mailgun: { apiUrl: read.MAILGUN_API_URL, apiKey: read.MAILGUN_API_KEY } }),
    ...(read.FANFARE_REPORTER_KEY === undefined ? {} : { reporterKey: read.FANFARE_REPORTER_KEY }),
    ...(read.FANFARE_EXPORTER_KEY === undefined ? {} : { exporterKey: read.FANFARE_EXPORTER_KEY }),
    ...(read.FANFARE_EXPORT_STORE === undefined ? {} : { exportStore: read.FANFARE_EXPORT_STORE }),
    ...(read.FANFARE_LINK_SECRET === undefined ? {} : { linkSecret: read.FANFARE_LINK_SECRET }),
    ...(read.MAILGUN_WEBHOOK_SIGNING_KEY === undefined
      ? {}
      : { webhookSigningKey: read.MAILGUN_WEBHOOK_SIGNING_KEY }),
    ...(read.FANFARE_CONSOLE_DIR === undefined ? {} : { consoleDirectory: read.FANFARE_CONSOLE_DIR }),
    ...(read.FANFARE_PUBLIC_URL === undefined ? {} : { publicUrl: read.FANFARE_PUBLIC_URL }),
  };
}
