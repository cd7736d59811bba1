import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage } from "@bufbuild/protobuf";
import type { ConsumerInfo, JetStreamManager, StreamConfig } from "@nats-io/jetstream";
import { JetStreamApiError, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { PermissionViolationError } from "@nats-io/transport-node";
import type { Topology, TopologyOptions, WantedConsumer, WantedStream } from "./wanted-topology.ts";
import { wantedTopology } from "./wanted-topology.ts";
import type { Logger } from "#core/runtime/log.ts";

/** One difference between the contracts and the broker. `text` is a line for people. */
export type TopologyChange = {
  /**
   * `keep`: the broker differs on purpose (an operator's limit). `refuse`: cannot be changed while the stream exists. `leave`: this user may
   * not look after streams, and leaves them to one that may.
   */
  action: "create" | "update" | "keep" | "refuse" | "leave";
  kind: "stream" | "consumer" | "broker";
  name: string;
  text: string;
};

/** The broker holds a stream that contradicts the contracts. Trying again does not help; a person must drain and remove it. */
export class TopologyRefusedError extends Error {
  override readonly name = "TopologyRefusedError";
}

// Asked once a connection: each refusal is a line in the broker's log, where refusals should mean something.
const mayNot = new WeakSet<NatsConnection>();
const leftToOthers: TopologyChange = {
  action: "leave",
  kind: "broker",
  name: "",
  text: "! this user may not look after streams and consumers; scheduler and operator may",
};

// A refused request comes bare or as the cause of another, by how it was made.
function isPermissionViolation(error: unknown): boolean {
  if (error instanceof PermissionViolationError) return true;
  return error instanceof Error && error.cause !== undefined && isPermissionViolation(error.cause);
}

type Step = TopologyChange & { apply?: (manager: JetStreamManager) => Promise<unknown> };

/** Metadata of a consumer that remembers the limit that an operator set; see queues.ts. */
export const operatorLimitKey = "fanfare-operator-max-ack-pending";

// Several instances start at once and race for the same create; one more look settles it.
const maxRounds = 6;
const roundDelayMs = 150;
const notFound = 404;
// The server refuses to change these on a stream that exists.
const fixedStreamFields = new Set(["retention", "storage"]);

/** What `applyTopology` would change, in words. Empty when broker and contracts agree. */
export async function diffTopology(
  connection: NatsConnection,
  descs: readonly DescMessage[],
  options: TopologyOptions = {},
): Promise<TopologyChange[]> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const steps = await plan(manager, wantedTopology(descs, options));
  return steps.map(({ action, kind, name, text }) => ({ action, kind, name, text }));
}

/**
 * Makes the broker agree with the contracts and tells what was changed or kept. Idempotent and safe from many instances at once. Throws when
 * something can only be changed by removing a stream, which it never does. A user without the rights for it changes nothing and is told so.
 */
export async function applyTopology(
  connection: NatsConnection,
  descs: readonly DescMessage[],
  options: TopologyOptions = {},
): Promise<TopologyChange[]> {
  if (mayNot.has(connection)) return [leftToOthers];
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const wanted = wantedTopology(descs, options);
  const told = new Map<string, TopologyChange>();
  for (let round = 1; ; round += 1) {
    let steps: Step[];
    try {
      steps = await plan(manager, wanted);
    } catch (error) {
      if (!isPermissionViolation(error)) throw error;
      mayNot.add(connection);
      return [leftToOthers];
    }
    for (const { action, kind, name, text } of steps)
      told.set(`${kind} ${name} ${action}`, { action, kind, name, text });
    const refused = steps.filter(({ action }) => action === "refuse");
    if (refused.length > 0) {
      throw new TopologyRefusedError(
        `The broker's streams cannot be changed to what the contracts say:\n${refused.map(({ text }) => text).join("\n")}\n` +
          "Drain and remove the stream by hand (nats stream rm), then apply again.",
      );
    }
    const todo = steps.filter(({ apply }) => apply !== undefined);
    if (todo.length === 0) return [...told.values()];
    try {
      for (const step of todo) await step.apply?.(manager);
      return [...told.values()];
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || round === maxRounds) throw error;
      await sleep(roundDelayMs * round * Math.random());
    }
  }
}

/**
 * For `retryForever` around `applyTopology` at start: a broker that is connected may have no leader yet, or lose it meanwhile, and that
 * passes. A refusal does not, so it ends the start.
 */
export function waitForTopology(log: Logger): (error: unknown) => void {
  return (error) => {
    if (error instanceof TopologyRefusedError) throw error;
    log.warn({ err: error }, "the streams could not be checked yet");
  };
}

async function plan(manager: JetStreamManager, wanted: Topology): Promise<Step[]> {
  const steps: Step[] = [];
  for (const stream of wanted.streams) {
    steps.push(...planStream(stream, await orUndefined(manager.streams.info(stream.name))));
  }
  for (const consumer of wanted.consumers) {
    const { stream, config } = consumer;
    steps.push(
      ...planConsumer(consumer, await orUndefined(manager.consumers.info(stream, config.durable_name))),
    );
  }
  return steps;
}

function planStream(wanted: WantedStream, found: { config: StreamConfig } | undefined): Step[] {
  const { name } = wanted;
  if (found === undefined) {
    const text = `+ stream ${name} (${wanted.subjects.join(", ")})`;
    return [
      { action: "create", kind: "stream", name, text, apply: (manager) => manager.streams.add(wanted) },
    ];
  }
  const fields = differences(wanted, found.config);
  const fixed = fields.filter(({ field }) => fixedStreamFields.has(field));
  if (fixed.length > 0)
    return [{ action: "refuse", kind: "stream", name, text: `! stream ${name} ${inWords(fixed)}` }];
  if (fields.length === 0) return [];
  const text = `~ stream ${name} ${inWords(fields)}`;
  return [
    {
      action: "update",
      kind: "stream",
      name,
      text,
      apply: (manager) => manager.streams.update(name, wanted),
    },
  ];
}

function planConsumer({ stream, config }: WantedConsumer, found: ConsumerInfo | undefined): Step[] {
  const name = config.durable_name;
  if (found === undefined) {
    const text = `+ consumer ${name} (${stream}, ${config.filter_subject}, max_ack_pending ${config.max_ack_pending})`;
    return [
      {
        action: "create",
        kind: "consumer",
        name,
        text,
        apply: (manager) => manager.consumers.add(stream, config),
      },
    ];
  }
  const steps: Step[] = [];
  const operatorLimit = Number(found.config.metadata?.[operatorLimitKey]);
  const kept = Number.isInteger(operatorLimit) && operatorLimit > 0;
  if (kept) {
    const text = `= consumer ${name} max_ack_pending kept: operator set ${operatorLimit}, contract says ${config.max_ack_pending}`;
    steps.push({ action: "keep", kind: "consumer", name, text });
  }
  if (found.paused) {
    steps.push({
      action: "keep",
      kind: "consumer",
      name,
      text: `= consumer ${name} kept: paused by an operator`,
    });
  }
  const limited = kept ? { ...config, max_ack_pending: operatorLimit } : config;
  const fields = differences(limited, found.config);
  if (fields.length > 0) {
    const change = Object.fromEntries(fields.map(({ field, to }) => [field, to]));
    const text = `~ consumer ${name} ${inWords(fields)}`;
    steps.push({
      action: "update",
      kind: "consumer",
      name,
      text,
      apply: (manager) => manager.consumers.update(stream, name, change),
    });
  }
  return steps;
}

type Difference = { field: string; from: unknown; to: unknown };

// Only what the contracts say is compared: the server adds defaults and metadata of its own.
function differences(wanted: object, found: object): Difference[] {
  const actual = found as Record<string, unknown>;
  return Object.entries(wanted)
    .map(([field, to]) => ({ field, from: actual[field], to }))
    .filter(({ from, to }) => canonical(from) !== canonical(to));
}

function canonical(value: unknown): string {
  return JSON.stringify(
    Array.isArray(value)
      ? value.map(String).toSorted((left, right) => (left < right ? -1 : 1))
      : (value ?? null),
  );
}

function inWords(fields: Difference[]): string {
  return fields.map(({ field, from, to }) => `${field} ${canonical(from)} → ${canonical(to)}`).join(", ");
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === notFound) return undefined;
    throw error;
  }
}
