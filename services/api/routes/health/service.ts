import { Code, type ServiceImpl } from "@connectrpc/connect";
import { setTimeout as sleep } from "node:timers/promises";
import { HealthCheckResponse_ServingStatus as Status, type Health } from "#gen/grpc/health/v1/health_pb.js";
import type { Readiness } from "#core/runtime/health.ts";
import { fail } from "../../rpc/fail.ts";

// A watcher hears of a change within this long.
const lookEveryMs = 1_000;

/** grpc.health.v1. The services share one state: they all stand on the same database. "" is the whole server. */
export function healthService(
  services: readonly string[],
  ready: () => Promise<Readiness>,
): ServiceImpl<typeof Health> {
  const known = new Set(["", ...services]);
  const status = async () => ((await ready()).ok ? Status.SERVING : Status.NOT_SERVING);
  return {
    async check({ service }) {
      if (known.has(service)) return { status: await status() };
      throw fail(Code.NotFound, {
        reason: "unknown_service",
        message: `No service ${JSON.stringify(service)} is served here.`,
        field: "service",
        hint: "Leave it empty for the server as a whole.",
      });
    },
    async list() {
      const now = await status();
      return { statuses: Object.fromEntries([...known].map((name) => [name, { status: now }])) };
    },
    // An unknown service is not an error here, says the contract: it may become known.
    async *watch({ service }, { signal }) {
      let told: Status | undefined;
      while (!signal.aborted) {
        const now = known.has(service) ? await status() : Status.SERVICE_UNKNOWN;
        if (now !== told) yield { status: now };
        told = now;
        await sleep(lookEveryMs, undefined, { signal, ref: false });
      }
    },
  };
}
