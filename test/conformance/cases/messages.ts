// What becomes of a message, by what it is.
import { randomUUID } from "node:crypto";
import { toBinary, toJsonString } from "@bufbuild/protobuf";
import {
  ConformanceAction,
  ConformanceStep,
  ConformanceTaskSchema,
} from "#gen/fanfare/testing/v1/conformance_pb.js";
import type { Bed } from "../bed.ts";
import { contract, envelopeOf } from "../bed.ts";
import type { Case } from "./case.ts";
import { buried, handledOnce, owes } from "./case.ts";

const { BEGAN, DONE } = ConformanceStep;
const utf8 = new TextEncoder();
const jsonType = "application/json";
/** Field 2000, a varint: of a contract that is newer than the worker's. */
const unknownField = Uint8Array.of(0x80, 0x7d, 0x01);

type Over = { headers?: Record<string, string | undefined>; body?: Uint8Array; subject?: string };

/** Sends a task that was altered like this, and says which message it became. */
async function send(bed: Bed, alter: (binary: Uint8Array, json: string) => Over, fields = {}) {
  const task = bed.task(fields);
  const binary = toBinary(ConformanceTaskSchema, task);
  const over = alter(binary, toJsonString(ConformanceTaskSchema, task));
  const envelope = {
    ...envelopeOf(task, over.headers, over.body),
    ...(over.subject && { subject: over.subject }),
  };
  return { key: task.idempotencyKey, seq: await bed.publish(envelope), envelope };
}

const accepted = (name: string, alter: Parameters<typeof send>[1]): Case => ({
  name,
  async run(bed) {
    const { key, seq } = await send(bed, alter);
    await handledOnce(bed, key, seq);
  },
});

const refused = (
  name: string,
  reason: "undecodable" | "invalid",
  alter: Parameters<typeof send>[1],
  fields = {},
): Case => ({
  name,
  async run(bed) {
    const { key, seq } = await send(bed, alter, fields);
    await buried(bed, seq, reason);
    owes(bed.count(key, BEGAN) === 0, "the handler saw it");
  },
});

export const valid: Case = accepted("valid", () => ({}));

export const messageCases: readonly Case[] = [
  accepted("valid, without any header", () => ({ headers: noHeaders })),
  accepted("JSON body, by its content type", (_, json) => ({
    body: utf8.encode(json),
    headers: { "ce-datacontenttype": jsonType },
  })),
  accepted("JSON body by hand: Content-Type", (_, json) => ({
    body: utf8.encode(json),
    headers: { ...noHeaders, "Content-Type": `${jsonType}; charset=utf-8` },
  })),
  accepted("JSON body by hand: no header at all", (_, json) => ({
    body: utf8.encode(json),
    headers: noHeaders,
  })),
  accepted("unknown field: a newer contract", (binary) => ({ body: Buffer.concat([binary, unknownField]) })),
  refused("unknown field in JSON: a typing error", "undecodable", (_, json) => ({
    body: utf8.encode(json.replace("{", '{"lain":1,')),
    headers: { "ce-datacontenttype": jsonType },
  })),
  refused("unknown type", "undecodable", () => ({ headers: { "ce-type": "fanfare.testing.v1.Other" } })),
  refused("not to be decoded", "undecodable", () => ({ body: Uint8Array.of(0xff, 0xff, 0xff) })),
  refused("wrong content type: protobuf called JSON", "undecodable", () => ({
    headers: { "ce-datacontenttype": jsonType },
  })),
  refused("wrong content type: JSON called protobuf", "undecodable", (_, json) => ({
    body: utf8.encode(json),
  })),
  refused("invalid by rule", "invalid", () => ({}), { action: ConformanceAction.UNSPECIFIED }),
  refused("invalid: another agency than its subject", "invalid", () => ({
    subject: `fanfare.work.${contract.queue}.standard.${randomUUID()}`,
  })),
  refused("invalid: larger than the contract allows", "invalid", (binary) => ({
    body: Buffer.concat([binary, padding(contract.maxMessageBytes)]),
  })),
  {
    name: "duplicate: the effect happens once",
    async run(bed) {
      const task = bed.task();
      // Two ids, so that the broker lets both through, as it may at any time.
      const seqs = [
        await bed.publish(envelopeOf(task, { "Nats-Msg-Id": randomUUID() })),
        await bed.publish(envelopeOf(task, { "Nats-Msg-Id": randomUUID() })),
      ];
      for (const seq of seqs) {
        await bed.until("the acknowledgement", async () => !(await bed.onQueue(seq)));
        owes(bed.lettersOf(seq).length === 0, "there is a dead letter");
      }
      await bed.until("the effect", () => bed.count(task.idempotencyKey, DONE) > 0);
      owes(bed.count(task.idempotencyKey, DONE) === 1, "the effect happened twice");
    },
  },
];

/** An unknown field of this many bytes. */
function padding(bytes: number): Uint8Array {
  // Field 2000, length-delimited; the length as a varint of three bytes.
  const head = Uint8Array.of(0x82, 0x7d, (bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, bytes >> 14);
  return Buffer.concat([head, new Uint8Array(bytes)]);
}

const noHeaders = {
  "Nats-Msg-Id": undefined, "ce-specversion": undefined, "ce-id": undefined, "ce-type": undefined, "ce-source": undefined, "ce-time": undefined,
  "ce-datacontenttype": undefined, traceparent: undefined,
}; // prettier-ignore
