import type { DestinationStream, Logger as PinoLogger } from "pino";
import { pino } from "pino";
import { scrub } from "./scrub.ts";

/** Logs are events with ids: `log.info({ blastId, sequence }, "delivery accepted")`. Never addresses, never bodies. */
export type Logger = PinoLogger;

// Fields that hold addresses, words or secrets wherever somebody logs an object whole by mistake.
const privateFields = [
  "email", "address", "to", "from", "cc", "bcc", "recipient", "recipients", "subjectLine", "html", "text", "body", "customMessage",
  "authorization", "password", "apiKey", "api_key", "token", "secret", "signingKey", "cookie",
]; // prettier-ignore

/** A JSON logger on standard output. `level` is one of pino's; `silent` is for tests. */
export function createLogger(options: {
  service: string;
  level?: string;
  destination?: DestinationStream;
}): Logger {
  const { service, level = "info", destination } = options;
  const settings = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: privateFields.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
    // Errors of vendors quote addresses in their messages; no list of fields catches that, so every line is scrubbed as well.
    hooks: { streamWrite: scrub },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
