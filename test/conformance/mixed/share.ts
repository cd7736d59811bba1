// TypeScript's consume loop and Go's on one durable, and an observer who asks the broker.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { jetstreamManager } from "@nats-io/jetstream";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { workContract } from "#core/runtime/contract.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { createLogger } from "#core/runtime/log.ts";
import { toolPath } from "#dev/bootstrap/tools.ts";
import { startNats } from "#dev/stack/nats.ts";
import { startProcess } from "#dev/stack/process.ts";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { until } from "#test/support/until.ts";

/** What a consumer wrote down: sequences of deliveries, and changes of what it held, by the machine's monotonic clock in ns. */
export type ConsumerReport = { handled: number[]; inFlight: [atNs: number, change: number][] };

export type Share = {
  deliveries: number;
  limit: number;
  /** Deliveries that each handled, repetitions included. */
  byTypeScript: number;
  byGo: number;
  twice: number;
  missing: number;
  /** The most that the broker counted as handed out and not acknowledged, and how often it was asked. */
  mostPending: number;
  samples: number;
  /** The most that both together had in hand at one time, by their own count. */
  mostHeld: number;
  seconds: number;
};

const contract = workContract(SendBlastToCustomerSchema);
const lane = "standard";
const durable = `${contract.durable}-${lane}`;
const log = createLogger({ service: "mixed", level: "silent" });
const agencyId = "0197a3c4-0000-7000-8000-000000000001";
const blastId = "0197a3c4-0000-7000-8000-000000000003";
const customerId = "0197a3c4-0000-7000-8000-000000000002";
// As the feeder does.
const publishedAtOnce = 1_000;
// Fifty times what a quiet machine needs for 50,000.
const patienceMs = 600_000;

/** Sends so many deliveries through both loops. `limit` replaces the contract's max-ack-pending. */
export async function share(o: { deliveries: number; workMs: number; limit?: number }): Promise<Share> {
  const declared = contract.lanes.find((each) => each.name === lane)?.maxAckPending ?? 0;
  const { deliveries, workMs, limit = declared } = o;
  const go = toolPath("mixed-consumer");
  const directory = mkdtempSync(join(tmpdir(), "fanfare-mixed-"));
  const foreign = process.env["NATS_URL"];
  delete process.env["NATS_URL"];
  const starting = startNats();
  if (foreign !== undefined) process.env["NATS_URL"] = foreign;
  const nats = await starting;
  const connection = await connectNats({ url: nats.url, name: "mixed-observer", log });
  try {
    await applyTopology(connection, [...allWorkContracts, ...allEventContracts], {
      override: (each) => ({ ...each, lanes: each.lanes.map((one) => ({ ...one, maxAckPending: limit })) }),
    });
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const info = () => manager.consumers.info(contract.stream, durable);
    const files = { typescript: join(directory, "typescript.json"), go: join(directory, "go.json") };
    const env = { NATS_URL: nats.url };
    const consumers = await Promise.all([
      startProcess({
        name: "typescript", command: process.execPath, env,
        args: [join(PROJECT_DIRECTORY, "test/conformance/mixed/consumer.ts"), lane, String(workMs), files.typescript],
      }),
      startProcess({ name: "go", command: go, env, args: [lane, String(workMs), files.go] }),
    ]); // prettier-ignore
    const said = () => consumers.map(({ tail }) => tail().slice(-300)).join("\n");
    await until("both to pull", patienceMs, async () => (await info()).num_waiting >= 2, said);
    const startedMs = performance.now();
    let mostPending = 0;
    let samples = 0;
    let finished = false;
    const observing = (async () => {
      for (; !finished; await sleep(1)) {
        mostPending = Math.max(mostPending, (await info()).num_ack_pending);
        samples += 1;
      }
    })();
    const { publishAll } = createPublisher(connection);
    for (let first = 1; first <= deliveries; first += publishedAtOnce)
      await publishAll(orders(first, Math.min(publishedAtOnce, deliveries - first + 1)));
    const left = async () => (await manager.streams.info(contract.stream)).state.messages;
    await until("an empty queue", patienceMs, async () => (await left()) === 0, async () => `${await left()} left; ${said()}`); // prettier-ignore
    const seconds = (performance.now() - startedMs) / 1000;
    finished = true;
    await observing;
    for (const consumer of consumers) await consumer.stop();
    const [typescript, golang] = [files.typescript, files.go].map(
      (file) => JSON.parse(readFileSync(file, "utf8")) as ConsumerReport,
    ) as [ConsumerReport, ConsumerReport];
    const handled = [...typescript.handled, ...golang.handled];
    const distinct = new Set(handled);
    return {
      deliveries, limit, byTypeScript: typescript.handled.length, byGo: golang.handled.length, twice: handled.length - distinct.size,
      missing: deliveries - distinct.size, mostPending, samples, mostHeld: most([...typescript.inFlight, ...golang.inFlight]), seconds,
    }; // prettier-ignore
  } finally {
    await connection.close();
    await nats.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function orders(first: number, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const sequence = first + index;
    const message = create(SendBlastToCustomerSchema, {
      agencyId, lane: Lane.STANDARD, idempotencyKey: `${blastId}.${sequence}`, customerId, order: { case: "delivery", value: { blastId, sequence } },
    });
    return workEnvelope(SendBlastToCustomerSchema, message, { source: "mixed", timeMs: Date.now() });
  }); // prettier-ignore
}

/** The highest that a sum of changes ever was. At the same instant what ends goes first. */
function most(changes: [atNs: number, change: number][]): number {
  let now = 0;
  let highest = 0;
  for (const [, change] of changes.toSorted(([left, down], [right, up]) => left - right || down - up))
    highest = Math.max(highest, (now += change));
  return highest;
}
