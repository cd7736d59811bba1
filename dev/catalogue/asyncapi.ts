// AsyncAPI 3 of what travels on NATS: a channel for each task and fact, its headers, its stream and limits, and the golden vectors as examples.
import type { DescMessage } from "@bufbuild/protobuf";
import { wantedTopology } from "#core/adapters/nats/wanted-topology.ts";
import { eventContract, isEventContract, isWorkContract, workContract } from "#core/runtime/contract.ts";
import type { Contracts } from "./contracts.ts";
import { examplesOf } from "./examples.ts";
import { reference, schemasOf, type Schema } from "./json-schema.ts";

export function asyncApi(contracts: Contracts): Schema {
  const tasks = contracts.messages("fanfare.work.v1").filter(isWorkContract);
  const facts = contracts.messages("fanfare.event.v1").filter(isEventContract);
  const all = [...tasks, ...facts];
  const entries = (of: (desc: DescMessage) => Schema) =>
    Object.fromEntries(all.map((desc) => [desc.name, of(desc)]));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Fanfare on NATS",
      version: "v1",
      license: { name: "Apache-2.0" },
      description:
        "Tasks and facts, as proto/ declares them; made by `make docs`. A body is binary protobuf, and JSON (as the schemas here say) is accepted for tasks when " +
        "ce-datacontenttype says application/json. What is under x-fanfare-* applies to JetStream.",
    },
    defaultContentType: "application/protobuf",
    servers: { local: { host: "127.0.0.1:4222", protocol: "nats", description: "make up" } },
    channels: entries((desc) =>
      isWorkContract(desc) ? taskChannel(contracts, desc) : factChannel(contracts, desc),
    ),
    operations: Object.fromEntries(all.flatMap((desc) => operations(desc))),
    components: {
      messages: entries((desc) => message(contracts, desc)),
      messageTraits: { cloudEvent: { headers } },
      schemas: schemasOf(contracts, all),
    },
  };
}

const agency = { description: "Id of the agency; the body's agency_id must be the same." };

function taskChannel(contracts: Contracts, desc: DescMessage): Schema {
  const { stream, queue, lanes, ...limits } = workContract(desc);
  return {
    address: `fanfare.work.${queue}.{lane}.{agency}`,
    title: desc.name,
    description: contracts.comment(desc),
    messages: { [desc.name]: { $ref: `#/components/messages/${desc.name}` } },
    parameters: {
      lane: { enum: lanes.map(({ name }) => name), description: "The body's lane must be the same." },
      agency,
    },
    "x-fanfare-stream": stream,
    "x-fanfare-consumers": lanes.map(({ durable, maxAckPending, maxBatch }) => ({
      durable,
      maxAckPending,
      maxBatch,
    })),
    "x-fanfare-limits": {
      ackWaitMs: limits.ackWaitMs,
      maxFailures: limits.maxFailures,
      backoffInitialMs: limits.backoffInitialMs,
      backoffMaxMs: limits.backoffMaxMs,
      maxMessageBytes: limits.maxMessageBytes,
      maxStreamBytes: limits.maxStreamBytes,
      duplicateWindowMs: limits.duplicateWindowMs,
    },
  };
}

function factChannel(contracts: Contracts, desc: DescMessage): Schema {
  const { stream, subject } = eventContract(desc);
  const wanted = wantedTopology([desc]).streams.find(({ name }) => name === stream);
  return {
    address: subject("{agency}"),
    title: desc.name,
    description: contracts.comment(desc),
    messages: { [desc.name]: { $ref: `#/components/messages/${desc.name}` } },
    parameters: { agency },
    "x-fanfare-stream": stream,
    "x-fanfare-limits": { maxAgeMs: Number(wanted?.max_age ?? 0) / 1e6, maxStreamBytes: wanted?.max_bytes },
  };
}

/** Seen from a program beside the house: it may order every task and take its place at its queue, and hear every fact. */
function operations(desc: DescMessage): [string, Schema][] {
  const channel = { $ref: `#/channels/${desc.name}` };
  const messages = [{ $ref: `#/channels/${desc.name}/messages/${desc.name}` }];
  if (!isWorkContract(desc)) return [[`hear${desc.name}`, { action: "receive", channel, messages }]];
  return [
    [`order${desc.name}`, { action: "send", channel, messages }],
    [`take${desc.name}`, { action: "receive", channel, messages }],
  ];
}

function message(contracts: Contracts, desc: DescMessage): Schema {
  const examples = examplesOf(desc.typeName);
  return {
    name: desc.typeName,
    title: desc.name,
    summary: contracts.comment(desc),
    contentType: "application/protobuf",
    traits: [{ $ref: "#/components/messageTraits/cloudEvent" }],
    payload: reference(desc),
    examples: examples.map(({ name, vector }) => ({ name, headers: vector.headers, payload: vector.json })),
  };
}

const text = (description: string, more: Schema = {}): Schema => ({ type: "string", description, ...more });

const headers: Schema = {
  type: "object",
  required: ["Nats-Msg-Id", "ce-specversion", "ce-id", "ce-type", "ce-source"],
  properties: {
    "Nats-Msg-Id": text("The same id is the same message: a task's is <agency_id>:<idempotency_key>."),
    "ce-specversion": text("CloudEvents in binary mode.", { const: "1.0" }),
    "ce-id": text("As Nats-Msg-Id."),
    "ce-type": text("Full name of the message type."),
    "ce-source": text("The program, for example list-sender@host:17."),
    "ce-time": text("When it was made.", { format: "date-time" }),
    "ce-datacontenttype": text("How the body is written.", {
      enum: ["application/protobuf", "application/json"],
    }),
    traceparent: text("W3C trace context."),
  },
};
