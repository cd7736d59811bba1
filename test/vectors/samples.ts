// What the golden vectors say, once: every field of every task and fact has a value, and every alternative of a oneof has a vector of its own.
import {
  create,
  type DescField,
  type DescMessage,
  type DescOneof,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";

const uuid = (number: number) => `0198c5a2-7d3e-7cc1-9d7f-${String(number).padStart(12, "0")}`;
// Fields whose rules or meaning want more than any text.
const texts: Readonly<Record<string, string>> = {
  email_domain: "bayou.example",
  locale: "en-US",
  custom_message: "Stay safe, Zoë. ☂",
  idempotency_key: "storm-2026/1",
  url: "https://reports.example.com/0198c5a2/report.html",
  data_json: '{"reason":"duplicate_address"}',
  occurrence: "2026-11-22T12:00:00Z",
};
/** Deep enough for every contract; a type that contains itself stops here. */
const maxDepth = 4;

/** One message for each alternative of its oneofs, those of the messages in it included; `name` says which. */
export function samplesOf(desc: DescMessage): { name: string; message: Message }[] {
  return choicesOf(desc, 0).map((choice) => ({
    name: [desc.typeName, ...choice.values()].join("-"),
    message: build(desc, choice, 0).message as Message,
  }));
}

type Choice = ReadonlyMap<DescOneof, string>;

function choicesOf(desc: DescMessage, depth: number): Choice[] {
  if (depth > maxDepth) return [new Map()];
  let choices: Choice[] = [new Map()];
  for (const member of desc.members) {
    const branches =
      member.kind === "oneof"
        ? member.fields.flatMap((field) =>
            inner(field, depth).map((choice) => new Map([[member, field.name] as const, ...choice])),
          )
        : inner(member, depth);
    choices = choices.flatMap((left) => branches.map((right) => new Map([...left, ...right])));
  }
  return choices;
}

function inner(field: DescField, depth: number): Choice[] {
  const desc = field.fieldKind === "message" || field.fieldKind === "list" ? field.message : undefined;
  return desc === undefined || desc.typeName.startsWith("google.") ? [new Map()] : choicesOf(desc, depth + 1);
}

function build(desc: DescMessage, choice: Choice, depth: number): ReflectMessage {
  const made = reflect(desc, create(desc));
  for (const field of desc.fields) {
    if (depth > maxDepth || (field.oneof !== undefined && choice.get(field.oneof) !== field.name)) continue;
    if (field.fieldKind === "list") {
      const value = field.listKind === "message" ? build(field.message, choice, depth + 1) : single(field);
      made.get(field).add(value as never);
    } else if (field.fieldKind === "map") made.get(field).set("county", "Harrison" as never);
    else
      made.set(
        field,
        (field.fieldKind === "message" ? nested(field, choice, depth) : single(field)) as never,
      );
  }
  return made;
}

function nested(field: DescField & { fieldKind: "message" }, choice: Choice, depth: number): ReflectMessage {
  if (field.message.typeName !== "google.protobuf.Timestamp") return build(field.message, choice, depth + 1);
  const time = reflect(field.message, create(field.message));
  for (const part of field.message.fields)
    time.set(part, part.name === "seconds" ? 1_795_348_800n : 250_000_000);
  return time;
}

/** A value by kind and name, another one for each number, so that two fields that change places are noticed. */
function single(field: DescField): unknown {
  const { number, name } = field;
  if ("enum" in field && field.enum !== undefined) {
    // The only lane that every queue has is the last.
    const values = field.enum.values;
    return name === "lane" ? values.at(-1)?.number : values[Math.min(number, values.length - 1) || 1]?.number;
  }
  switch ("scalar" in field ? field.scalar : undefined) {
    case ScalarType.STRING:
      return texts[name] ?? (/(^|_)ids?$/.test(name) ? uuid(number) : `${name}-${number}`);
    case ScalarType.BYTES:
      return Uint8Array.from([0, number, 0x7b, 0xff]);
    case ScalarType.BOOL:
      return true;
    case ScalarType.UINT64:
    case ScalarType.INT64:
      return 9_007_199_254_740_993n + BigInt(number);
    case ScalarType.UINT32:
    case ScalarType.INT32:
      return 1_000 + number;
    default:
      throw new Error(`${field.parent.typeName}.${name} is of a kind that the samples do not know yet`);
  }
}
