// A broker with the conformance queue, eyes on everything that happens to a message there, and a hand on the workers under test.
import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { AckPolicy, DeliverPolicy, JetStreamApiError, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers as natsHeaders } from "@nats-io/transport-node";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { workContract } from "#core/runtime/contract.ts";
import { workEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import { createLogger } from "#core/runtime/log.ts";
import { startNats } from "#dev/stack/nats.ts";
import { startProcess, type Exit } from "#dev/stack/process.ts";
import { DeadLetteredSchema, type DeadLettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import {
  ConformanceAction,
  ConformanceReportedSchema,
  type ConformanceStep,
  ConformanceTaskSchema,
  type ConformanceTask,
} from "#gen/fanfare/testing/v1/conformance_pb.js";
import { until } from "#test/support/until.ts";

export const contract = workContract(ConformanceTaskSchema);
export const agencyId = "0197a3c4-0000-7000-8000-000000000001";
/** Of a busy machine: a cold start, an ack wait and the back-off fit many times over. */
export const patienceMs = 45_000;
const descs = [ConformanceTaskSchema, ConformanceReportedSchema, DeadLetteredSchema];
const log = createLogger({ service: "conformance-suite", level: "silent" });
const stoppedTimeoutMs = 30_000;

/** A step that a worker reported, in the order in which the broker stored them. */
export type Report = { key: string; step: ConformanceStep; worker: string; headers: Record<string, string> };
export type Letter = { letter: DeadLettered; storedAtMs: number };

/** One process under test. */
export type Instance = {
  readonly exit: Exit | undefined;
  tail(): string;
  /** What a platform sends first. */
  terminate(): void;
  exited(): Promise<Exit>;
  kill9(): Promise<void>;
};

/** What a case says of its task. */
export type TaskFields = Exclude<MessageInitShape<typeof ConformanceTaskSchema>, ConformanceTask>;

export type Bed = Awaited<ReturnType<typeof startBed>>;

/** `command` starts the worker under test, as a shell would. */
export async function startBed(command: string) {
  // The suite stops, fills and empties its streams: a broker of somebody else's will not do.
  const foreign = process.env["NATS_URL"];
  delete process.env["NATS_URL"];
  const starting = startNats();
  if (foreign !== undefined) process.env["NATS_URL"] = foreign;
  const nats = await starting;
  const connection = await connectNats({ url: nats.url, name: "conformance-suite", log });
  await applyTopology(connection, descs);
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const js = jetstream(connection);
  const reports: Report[] = [];
  const letters: Letter[] = [];
  const terminated = new Map<number, number>();
  const naked = new Set<number>();
  const instances: Instance[] = [];
  let keys = 0;

  connection.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.${contract.stream}.>`, {
    callback: (_, msg) => {
      const { stream_seq, timestamp } = msg.json<{ stream_seq: number; timestamp: string }>();
      terminated.set(stream_seq, Date.parse(timestamp));
    },
  });
  connection.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.${contract.stream}.>`, {
    callback: (_, msg) => void naked.add(msg.json<{ stream_seq: number }>().stream_seq),
  });
  // From the streams and not from subjects: what the broker dropped as a repetition is not there.
  const eyes = await Promise.all(
    ["EVENTS", "DEAD_LETTER"].map(async (stream) => {
      const durable_name = `suite-${stream}`;
      await manager.consumers.add(stream, { durable_name, ack_policy: AckPolicy.None, deliver_policy: DeliverPolicy.All });
      const consumer = await js.consumers.get(stream, durable_name);
      return consumer.consume({
        callback: (msg) => {
          if (stream === "DEAD_LETTER")
            letters.push({ letter: fromBinary(DeadLetteredSchema, msg.data), storedAtMs: msg.info.timestampNanos / 1e6 });
          else {
            const { idempotencyKey: key, step, worker } = fromBinary(ConformanceReportedSchema, msg.data);
            const headers = Object.fromEntries([...(msg.headers ?? [])].map(([name, values]) => [name, values[0] ?? ""]));
            reports.push({ key, step, worker, headers });
          }
        },
      });
    }),
  ); // prettier-ignore

  const troubled = () => {
    const dead = instances.find(({ exit }) => exit !== undefined);
    return dead && `the worker ended by itself (exit code ${dead.exit?.code}): ${dead.tail().slice(-600)}`;
  };

  return {
    connection, manager, reports, command,
    /** A task that no other case has. */
    task: (fields: TaskFields = {}): ConformanceTask =>
      create(ConformanceTaskSchema, {
        agencyId, lane: Lane.STANDARD, idempotencyKey: `case-${++keys}`, action: ConformanceAction.SUCCEED, ...fields,
      }),
    /** Puts bytes on the queue and answers the message's sequence. */
    async publish({ subject, headers, body }: Envelope): Promise<number> {
      const encoded = natsHeaders();
      for (const [name, value] of Object.entries(headers)) encoded.append(name, value);
      const { seq } = await js.publish(subject, body, { headers: encoded });
      return seq;
    },
    count: (key: string, step: ConformanceStep) => reports.filter((each) => each.key === key && each.step === step).length,
    /** Dead letters of one message. */
    lettersOf: (seq: number) => letters.filter(({ letter }) => letter.id.startsWith(`${contract.stream}:${seq}:`)),
    /** When the broker was told to terminate it, by its own clock. */
    terminatedAtMs: (seq: number) => terminated.get(seq),
    /** Whether a worker has ever given it back. */
    givenBack: (seq: number) => naked.has(seq),
    async onQueue(seq: number): Promise<boolean> {
      try {
        return (await manager.streams.getMessage(contract.stream, { seq })) !== null;
      } catch (error) {
        if (error instanceof JetStreamApiError) return false;
        throw error;
      }
    },
    consumer: (lane: string) => manager.consumers.info(contract.stream, `${contract.durable}-${lane}`),
    /** Waits for a condition; gives up early when the worker has ended by itself. */
    async until(what: string, holds: () => Promise<boolean> | boolean, state: () => unknown = () => ""): Promise<void> {
      await until(what, patienceMs, async () => {
        const trouble = troubled();
        if (trouble !== undefined) throw new Error(`${trouble}; while waiting for ${what}`);
        return holds();
      }, state);
    },
    /** Asks a durable for one message, as another instance would, and gives back at once what it gets. */
    async ask(durable: string) {
      const consumer = await js.consumers.get(contract.stream, durable);
      let got = 0;
      const messages = await consumer.fetch({ max_messages: 1, expires: patienceMs });
      const reading = (async () => {
        for await (const message of messages) {
          got += 1;
          message.nak();
        }
      })();
      return {
        got: () => got,
        end: async () => {
          await messages.close();
          await reading;
        },
      };
    },
    async start(what: string = command): Promise<Instance> {
      const ended = Promise.withResolvers<Exit>();
      let exit: Exit | undefined;
      const process_ = await startProcess({
        name: "worker", command: "sh", args: ["-c", `exec env ${what}`], env: { NATS_URL: nats.url, FANFARE_HEALTH_PORT: "0" },
        onUnexpectedExit: (said) => {
          exit = said;
          ended.resolve(said);
        },
      });
      const forget = () => void (instances.includes(instance) && instances.splice(instances.indexOf(instance), 1));
      const instance: Instance = {
        get exit() {
          return exit;
        },
        tail: process_.tail,
        terminate: () => {
          forget();
          process.kill(process_.pid, "SIGTERM");
        },
        exited: async () => {
          await until("the worker to end after SIGTERM", stoppedTimeoutMs, () => exit !== undefined, process_.tail);
          return ended.promise;
        },
        kill9: async () => {
          forget();
          await process_.kill9();
        },
      };
      instances.push(instance);
      return instance;
    },
    /** Ends every instance at once; what they hold the broker hands out again. */
    async endAll(): Promise<void> {
      for (const instance of instances.splice(0)) await instance.kill9();
    },
    async close(): Promise<void> {
      await this.endAll();
      for (const eye of eyes) eye.stop();
      await connection.close();
      await nats.stop();
    },
  }; // prettier-ignore
}

/** A task as a producer of the house sends it; `over` replaces headers, and removes those that are undefined. */
export function envelopeOf(
  task: ConformanceTask,
  over: Readonly<Record<string, string | undefined>> = {},
  body: Uint8Array = toBinary(ConformanceTaskSchema, task),
): Envelope {
  const { subject, headers } = workEnvelope(ConformanceTaskSchema, task, {
    source: "conformance-suite",
    timeMs: Date.now(),
  });
  const merged = Object.entries({ ...headers, ...over }).filter(([, value]) => value !== undefined);
  return { subject, headers: Object.fromEntries(merged) as Record<string, string>, body };
}
