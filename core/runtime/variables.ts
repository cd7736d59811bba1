import { z } from "zod";
import { integerVariable, portVariable } from "./config.ts";

/** Variables that every worker program reads; see `readConfig`. */
export const workerVariables = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "is not a postgres:// URL")
    .describe("postgres://user:password@host:port/database"),
  NATS_URL: z
    .string()
    .regex(/^(nats|tls|wss?):\/\//, "is not a nats:// URL")
    .describe("nats://host:port; several servers are separated by commas"),
  FANFARE_NATS_REPLICAS: integerVariable(1, 5)
    .default(1)
    .describe("copies of each stream: 1, or 3 or 5 in a cluster of at least so many servers"),
  FANFARE_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("the address for health and metrics; 0.0.0.0 in a container"),
  FANFARE_HEALTH_PORT: portVariable()
    .default(8081)
    .describe("a TCP port for health and metrics; 0 lets the system choose"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("one of fatal, error, warn, info, debug, trace, silent"),
};
