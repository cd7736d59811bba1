import { flagVariable, integerVariable, readConfig } from "#core/runtime/config.ts";
import { workerVariables } from "#core/runtime/variables.ts";

const { DATABASE_URL, NATS_URL, FANFARE_HOST, FANFARE_HEALTH_PORT, LOG_LEVEL } = workerVariables;

const shape = {
  DATABASE_URL,
  NATS_URL,
  FANFARE_HOST,
  FANFARE_HEALTH_PORT,
  LOG_LEVEL,
  FANFARE_WEBHOOKS_ALLOW_PRIVATE: flagVariable()
    .default(false)
    .describe("true lets end points have private addresses and plain http: for development only"),
  FANFARE_WEBHOOK_TIMEOUT_MS: integerVariable(100, 60_000)
    .default(15_000)
    .describe("milliseconds that an end point may take for its answer"),
  FANFARE_WEBHOOK_BACKOFF_MS: integerVariable(1, 3_600_000)
    .default(10_000)
    .describe("milliseconds before the second try, at most; each further wait may be twice as long"),
};

/** Reads webhook-sender's settings; throws ConfigError with every variable that is wrong. */
export function readWebhookSenderConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  return readConfig(shape, env);
}
