// The catalogue for people.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { wantedTopology } from "#core/adapters/nats/wanted-topology.ts";
import { eventContract, isEventContract, isWorkContract, workContract } from "#core/runtime/contract.ts";
import type { Contracts } from "./contracts.ts";
import { examplesOf } from "./examples.ts";

const head = `# Catalogue

Made from [proto/](../../proto) by \`make docs\`; what is written here by hand is lost. For tools: [asyncapi.yaml](asyncapi.yaml) (what travels on NATS, AsyncAPI 3) and
[openapi.yaml](openapi.yaml) (the API as JSON over HTTP, OpenAPI 3.1). How to write a worker: [workers.md](../workers.md).
`;

export function page(contracts: Contracts): string {
  const tasks = contracts.messages("fanfare.work.v1").filter(isWorkContract);
  const facts = contracts.messages("fanfare.event.v1").filter(isEventContract);
  return [
    head,
    "## Tasks\n",
    ...tasks.map((desc) => task(contracts, desc)),
    "## Facts\n",
    "Published to `fanfare.event.<entity>.<fact>.<agency_id>`, for whoever listens.\n",
    ...facts.map((desc) => fact(contracts, desc)),
    "## Calls\n",
    "`POST /<service>/<call>` with a JSON body, `authorization: Bearer <key>`, and for an operator `fanfare-agency: <agency id>`.\n",
    ...contracts.services.map((service) => {
      const rows = service.methods.map(
        (method) => `| \`${method.name}\` | ${cell(contracts.comment(method))} |`,
      );
      return `### ${service.typeName}\n\n${contracts.comment(service)}\n\n| call | |\n|---|---|\n${rows.join("\n")}\n`;
    }),
  ].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|");
const seconds = (ms: number) => `${ms / 1_000} s`;

function task(contracts: Contracts, desc: DescMessage): string {
  const own = workContract(desc);
  const lanes = own.lanes.map(
    ({ name, durable, maxAckPending, maxBatch }) =>
      `| ${name} | \`${durable}\` | ${maxAckPending} | ${maxBatch} |`,
  );
  return `### ${desc.name}

${contracts.comment(desc)}

| | |
|---|---|
| type | \`${desc.typeName}\` |
| stream | \`${own.stream}\`, at most ${own.maxStreamBytes / 2 ** 20} MiB |
| subject | \`fanfare.work.${own.queue}.<lane>.<agency_id>\` |
| ack wait | ${seconds(own.ackWaitMs)} |
| failures until it is a dead letter | ${own.maxFailures}, ${seconds(own.backoffInitialMs)} to ${seconds(own.backoffMaxMs)} apart, full jitter |
| body | at most ${own.maxMessageBytes / 2 ** 10} KiB |
| repetitions dropped by the broker within | ${seconds(own.duplicateWindowMs)} |

| lane | durable consumer | in flight, over all instances | to a handler at once |
|---|---|---|---|
${lanes.join("\n")}

${fields(contracts, desc)}
${examples(desc)}`;
}

function fact(contracts: Contracts, desc: DescMessage): string {
  const { stream, subject } = eventContract(desc);
  const kept =
    Number(wantedTopology([desc]).streams.find(({ name }) => name === stream)?.max_age ?? 0) / 86_400e9;
  return `### ${desc.name}

${contracts.comment(desc)}

\`${subject("<agency_id>")}\` on the stream \`${stream}\`${kept > 0 ? `, kept ${kept} days` : ""}

${fields(contracts, desc)}
${examples(desc)}`;
}

function fields(contracts: Contracts, desc: DescMessage): string {
  const rows = desc.fields.map((field) => {
    const only = field.oneof === undefined ? "" : `one of \`${field.oneof.name}\`. `;
    return `| ${field.number} | \`${field.name}\` | ${typeOf(field)} | ${only}${cell(contracts.comment(field))} |`;
  });
  return `| no. | field | type | |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

function typeOf(field: DescField): string {
  const name = field.message?.name ?? field.enum?.name ?? "";
  if (field.fieldKind === "map") return "map of texts";
  const plain = name || field.proto.type.toString();
  const scalar = name === "" ? (scalarNames[field.proto.type] ?? plain) : name;
  return field.fieldKind === "list" ? `list of ${scalar}` : scalar;
}

// Numbers of google.protobuf.FieldDescriptorProto.Type.
const scalarNames: Readonly<Record<number, string>> = {
  1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 8: "bool", 9: "string", 12: "bytes", 13: "uint32",
}; // prettier-ignore

function examples(desc: DescMessage): string {
  return examplesOf(desc.typeName)
    .map(
      ({ vector }) =>
        `\`${vector.subject}\`\n\n\`\`\`json\n${JSON.stringify(vector.json, null, 2)}\n\`\`\`\n`,
    )
    .join("\n");
}
