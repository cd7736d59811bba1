import { create, fromBinary } from "@bufbuild/protobuf";
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import type { Nats } from "#dev/stack/nats.ts";
import { startNats } from "#dev/stack/nats.ts";
import type { DeadLettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { SendBlastToCustomer } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import type { WorkContract } from "./contract.ts";
import { workContract } from "./contract.ts";
import { allEventContracts, allWorkContracts } from "./contracts.ts";
import type { Envelope } from "./envelope.ts";
import { workEnvelope } from "./envelope.ts";
import { createLogger } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import type { Outcome } from "./outcome.ts";
import type { RunningWorker, WorkItem, WorkerContext } from "./worker.ts";
import type { GiveWay } from "./right-of-way.ts";
import { defineWorker, startWorker } from "./worker.ts";

export const agencyId = "0197a3c4-0000-7000-8000-000000000001";
export const otherAgencyId = "0197a3c4-0000-7000-8000-000000000009";
export const subject = `fanfare.work.customer.standard.${agencyId}`;
const descs = [...allWorkContracts, ...allEventContracts];
const silent = createLogger({ service: "test", level: process.env["TEST_LOG"] ?? "silent" });

type Handle = (items: WorkItem<SendBlastToCustomer>[], context: WorkerContext) => Promise<Outcome[]>;
type Limits = Partial<Pick<WorkContract, "ackWaitMs" | "maxFailures" | "maxMessageBytes">> & {
  maxBatch?: number;
  maxAckPending?: number;
};

/** A broker of its own, and what a test needs to put work on it. */
export async function startBed() {
  // A broker that somebody else owns cannot be killed or wiped.
  delete process.env["NATS_URL"];
  const nats: Nats = await startNats();
  const connections: NatsConnection[] = [];
  const workers: RunningWorker[] = [];
  const connect = async () => {
    const connection = await connectNats({ url: nats.url, name: "test", log: silent });
    connections.push(connection);
    return connection;
  };
  const connection = await connect();
  const publisher = createPublisher(connection);
  let contract = workContract(SendBlastToCustomerSchema);

  const topology = (on: NatsConnection = connection) =>
    applyTopology(on, descs, { override: (each) => (each.stream === contract.stream ? contract : each) });

  const manager = await jetstreamManager(connection, { checkAPI: false });
  const work = async () => (await manager.streams.info(contract.stream)).state.messages;

  return {
    nats, connection, connect, publisher, manager, topology, log: silent,
    /** Empty streams under a contract with these limits. */
    reset: async (limits: Limits = {}) => {
      contract = limited(limits);
      for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
      await topology();
    },
    work: async (handle: Handle, o: { concurrentBatches?: number; prefetchBatches?: number; own?: boolean; mend?: boolean; giveWay?: GiveWay } = {}) => {
      const { own = false, mend = false, giveWay, ...batches } = o;
      const on = own ? await connect() : connection;
      const worker = defineWorker({ contract: SendBlastToCustomerSchema, ...batches, handle });
      const running = await startWorker(worker, {
        connection: on, log: silent, metrics: createMetrics(), name: "tester@here", contract,
        ...(giveWay ? { giveWay } : {}),
        ...(mend ? { ensureTopology: async () => void (await topology(on)) } : {}),
      });
      workers.push(running);
      return running;
    },
    publish: (count: number, prefix = "key") => publisher.publishAll(Array.from({ length: count }, (_, index) => order(`${prefix}${index}`))),
    /** Messages on the work queue, in flight or not. */
    waiting: work,
    letters: async (): Promise<DeadLettered[]> => {
      const { state } = await manager.streams.info("DEAD_LETTER");
      const letters: DeadLettered[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
        const stored = await manager.streams.getMessage("DEAD_LETTER", { seq });
        if (stored) letters.push(fromBinary(DeadLetteredSchema, stored.data));
      }
      return letters;
    },
    rest: async () => {
      for (const worker of workers.splice(0)) await worker.drain(0);
    },
    stop: async () => {
      for (const each of connections) await each.close();
      await nats.stop();
    },
  }; // prettier-ignore
}

export type Bed = Awaited<ReturnType<typeof startBed>>;

/** A valid order under this idempotency key. */
export function order(idempotencyKey: string, o: { agency?: string; lane?: Lane } = {}): Envelope {
  const message = create(SendBlastToCustomerSchema, {
    agencyId: o.agency ?? agencyId,
    lane: o.lane ?? Lane.STANDARD,
    idempotencyKey,
    customerId: "0197a3c4-0000-7000-8000-000000000002",
    order: { case: "delivery", value: { blastId: "0197a3c4-0000-7000-8000-000000000003", sequence: 1 } },
  });
  return workEnvelope(SendBlastToCustomerSchema, message, { source: "test", timeMs: 0 });
}

/** A promise and the hand that opens it. */
export function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

function limited({ maxBatch, maxAckPending, ...rest }: Limits): WorkContract {
  const declared = workContract(SendBlastToCustomerSchema);
  return {
    ...declared,
    backoffInitialMs: 10,
    backoffMaxMs: 30,
    ...rest,
    lanes: declared.lanes.map((lane) => ({
      ...lane,
      maxBatch: maxBatch ?? lane.maxBatch,
      maxAckPending: maxAckPending ?? lane.maxAckPending,
    })),
  };
}
