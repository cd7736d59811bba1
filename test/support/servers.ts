import { inject } from "vitest";
// Brings the types of what the global set-up provides.
import type {} from "#dev/stack/vitest-global-setup.ts";

/** Where this run's PostgreSQL is; the database in the URL is only to connect to. */
export function databaseServerUrl(): string {
  return inject("databaseUrl");
}

/** Where this run's NATS is. All test files share its streams, so look only at what belongs to your agencies. */
export function natsServerUrl(): string {
  return inject("natsUrl");
}
