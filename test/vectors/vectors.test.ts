// What was published yesterday is read today, and the other way round: the bytes, the JSON, the subject and the headers of every task and fact
// are as proto/testdata has them. Go and Python read the same files (kits/go/worker/vectors_test.go, kits/python/tests/test_vectors.py).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  clone,
  createFileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescFile,
  type DescMessage,
  type Message,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { isWorkContract } from "#core/runtime/contract.ts";
import {
  decode,
  eventEnvelope,
  isProblem,
  workEnvelope,
  type Envelope,
  type WorkFields,
} from "#core/runtime/envelope.ts";
import { samplesOf } from "./samples.ts";
import { readVector, vectorDirectory, vectorNames, type Vector } from "./vector.ts";

const contracts = [...allWorkContracts, ...allEventContracts];
const about = {
  source: "golden@host:1",
  timeMs: Date.UTC(2026, 10, 22, 12),
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};

function envelopeOf(desc: DescMessage, message: Message): Envelope {
  return isWorkContract(desc)
    ? workEnvelope(desc, message as Message & WorkFields, about)
    : eventEnvelope(desc, message as Message & { agencyId: string }, { ...about, id: "golden:1" });
}

function vectorOf(desc: DescMessage, message: Message): Vector {
  const { subject, headers, body } = envelopeOf(desc, message);
  return {
    type: desc.typeName,
    subject,
    headers,
    binary: Buffer.from(body).toString("base64"),
    json: toJson(desc, message),
  };
}

// New contracts get their vectors by UPDATE_GOLDEN=1; one that exists is never written again.
if (process.env["UPDATE_GOLDEN"] === "1")
  for (const desc of contracts)
    for (const { name, message } of samplesOf(desc))
      if (!vectorNames().includes(name))
        writeFileSync(
          join(vectorDirectory, `${name}.json`),
          `${JSON.stringify(vectorOf(desc, message), null, 2)}\n`,
        );

const find = (type: string): DescMessage => {
  const desc = contracts.find(({ typeName }) => typeName === type);
  if (desc === undefined)
    throw new Error(
      `${type} has a vector in proto/testdata and is no contract any more; those who use it are broken`,
    );
  return desc;
};

test("every task and fact has a vector for each of its alternatives", () => {
  const wanted = contracts.flatMap((desc) => samplesOf(desc).map(({ name }) => name));
  const mend =
    "A contract has a new alternative: UPDATE_GOLDEN=1 npx vitest run test/vectors, and commit proto/testdata.";
  expect(vectorNames(), mend).toEqual(expect.arrayContaining(wanted));
});

describe.each(vectorNames())("%s", (name) => {
  const vector = readVector(name);
  const bytes = Buffer.from(vector.binary, "base64");

  test("is read from its bytes and from its JSON as the same, and written as the same bytes", () => {
    const desc = find(vector.type);
    const message = fromBinary(desc, bytes);
    expect(toJson(desc, message)).toEqual(vector.json);
    expect(Buffer.from(toBinary(desc, fromJson(desc, vector.json as never))).toString("base64")).toBe(
      vector.binary,
    );
  });

  test("travels on its subject, under its headers, and is admitted", () => {
    const desc = find(vector.type);
    const decoded = decode(desc, vector.headers, bytes);
    if (isProblem(decoded)) throw new Error(decoded.detail);
    expect(envelopeOf(desc, decoded as Message)).toMatchObject({
      subject: vector.subject,
      headers: vector.headers,
    });
  });
});

/** The same type with one field changed, as an edit of its .proto would. */
function changed(
  desc: DescMessage,
  edit: (field: { name: string; number: number; jsonName: string }) => void,
): DescMessage {
  const files = new Map<string, DescFile>();
  const collect = (file: DescFile) => {
    for (const each of file.dependencies) collect(each);
    files.set(file.name, file);
  };
  collect(desc.file);
  const protos = [...files.values()].map(({ proto }) => clone(FileDescriptorProtoSchema, proto));
  const type = protos.flatMap((file) => file.messageType).find((each) => each.name === desc.name);
  for (const field of type?.field ?? []) edit(field);
  const found = createFileRegistry(create(FileDescriptorSetSchema, { file: protos })).getMessage(
    desc.typeName,
  );
  if (found === undefined) throw new Error("the changed type cannot be found");
  return found;
}

test.each([
  [
    "a number",
    (field: { name: string; number: number }) => void (field.name === "customer_id" && (field.number = 40)),
  ],
  [
    "a name in JSON",
    (field: { name: string; jsonName: string }) =>
      void (field.name === "customer_id" && (field.jsonName = "recipientId")),
  ],
])("a planted change is noticed: %s", (_, edit) => {
  const name = vectorNames().find((each) => each.startsWith("fanfare.work.v1.SendBlastToCustomer-")) ?? "";
  const { binary, json } = readVector(name);
  const desc = changed(find("fanfare.work.v1.SendBlastToCustomer"), edit);
  expect(toJson(desc, fromBinary(desc, Buffer.from(binary, "base64")))).not.toEqual(json);
});
