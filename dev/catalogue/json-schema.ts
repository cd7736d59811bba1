// JSON Schema (2020-12) of the messages' JSON mapping, with the validation rules that JSON Schema can say.
import {
  getOption,
  hasOption,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
} from "@bufbuild/protobuf";
import {
  field as fieldRules,
  oneof as oneofRules,
  type FieldRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { Contracts } from "./contracts.ts";

export type Schema = Record<string, unknown>;

const int64 = {
  type: "string",
  format: "int64",
  description: "a whole number; a string, for JavaScript's numbers are too small",
};
const wellKnown: Readonly<Record<string, Schema>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?s$" },
  "google.protobuf.FieldMask": { type: "string" },
  "google.protobuf.Struct": { type: "object" },
  "google.protobuf.Empty": { type: "object" },
};

/** Schemas of these messages and of all that they hold, by full name. */
export function schemasOf(contracts: Contracts, roots: readonly DescMessage[]): Record<string, Schema> {
  const schemas: Record<string, Schema> = {};
  const add = (desc: DescMessage | DescEnum): void => {
    if (desc.typeName in schemas || desc.typeName in wellKnown) return;
    if (desc.kind === "enum") {
      schemas[desc.typeName] = described(contracts.comment(desc), {
        type: "string",
        enum: desc.values.map(({ name }) => name),
      });
      return;
    }
    // Before its fields, which may hold it again.
    schemas[desc.typeName] = {};
    for (const each of desc.fields) {
      const inner = each.message ?? each.enum;
      if (inner !== undefined) add(inner);
    }
    schemas[desc.typeName] = messageSchema(contracts, desc);
  };
  for (const root of roots) add(root);
  return Object.fromEntries(Object.entries(schemas).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Refers to a schema of `schemasOf`, or is the well-known type itself. */
export function reference(desc: { typeName: string }): Schema {
  return wellKnown[desc.typeName] ?? { $ref: `#/components/schemas/${desc.typeName}` };
}

function messageSchema(contracts: Contracts, desc: DescMessage): Schema {
  const properties = Object.fromEntries(
    desc.fields.map((each) => [each.jsonName, described(contracts.comment(each), fieldSchema(each))]),
  );
  const required = desc.fields.filter((each) => rulesOf(each)?.required).map(({ jsonName }) => jsonName);
  const oneofs = desc.oneofs.map((oneof) => {
    const each = oneof.fields.map(({ jsonName }) => ({ required: [jsonName] }));
    const must = hasOption(oneof, oneofRules) && getOption(oneof, oneofRules).required;
    return { oneOf: must ? each : [...each, { not: { anyOf: each } }] };
  });
  return described(contracts.comment(desc), {
    type: "object",
    properties,
    ...(required.length > 0 && { required }),
    ...(oneofs.length > 0 && { allOf: oneofs }),
  });
}

const described = (description: string, schema: Schema): Schema =>
  description === "" ? schema : { description, ...schema };

function rulesOf(each: DescField): FieldRules | undefined {
  return hasOption(each, fieldRules) ? getOption(each, fieldRules) : undefined;
}

function fieldSchema(each: DescField): Schema {
  const rules = rulesOf(each);
  if (each.fieldKind === "list") {
    const { value } = rules?.type.case === "repeated" ? rules.type : { value: undefined };
    const items =
      each.listKind === "scalar"
        ? scalar(each.scalar, value?.items)
        : reference(each.listKind === "enum" ? each.enum : each.message);
    return {
      type: "array",
      items,
      ...bound("minItems", value?.minItems),
      ...bound("maxItems", value?.maxItems),
    };
  }
  if (each.fieldKind === "map") {
    const { value } = rules?.type.case === "map" ? rules.type : { value: undefined };
    const inner =
      each.mapKind === "scalar"
        ? scalar(each.scalar, value?.values)
        : reference(each.mapKind === "enum" ? each.enum : each.message);
    return { type: "object", additionalProperties: inner, ...bound("maxProperties", value?.maxPairs) };
  }
  if (each.fieldKind === "scalar") return scalar(each.scalar, rules);
  return reference(each.fieldKind === "enum" ? each.enum : each.message);
}

// 0 is what an unset rule reads as.
const bound = (name: string, value: bigint | number | undefined): Schema =>
  value ? { [name]: Number(value) } : {};

function scalar(type: ScalarType, rules: FieldRules | undefined): Schema {
  switch (type) {
    case ScalarType.STRING:
      return { type: "string", ...stringRules(rules) };
    case ScalarType.BYTES:
      return { type: "string", contentEncoding: "base64" };
    case ScalarType.BOOL:
      return { type: "boolean" };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: "number" };
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return int64;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: "integer", minimum: 0, ...uint32Rules(rules) };
    default:
      return { type: "integer" };
  }
}

function stringRules(rules: FieldRules | undefined): Schema {
  if (rules?.type.case !== "string") return {};
  const { wellKnown: format, minLen, maxLen, pattern } = rules.type.value;
  // What is allowed to be empty would be refused by a format.
  const formats: Readonly<Record<string, string>> = { uuid: "uuid", email: "email", uri: "uri" };
  const known =
    format.case !== undefined && format.value === true && rules.ignore === 0
      ? formats[format.case]
      : undefined;
  return {
    ...(known && { format: known }),
    ...bound("minLength", minLen),
    ...bound("maxLength", maxLen),
    ...(pattern && { pattern }),
  };
}

function uint32Rules(rules: FieldRules | undefined): Schema {
  if (rules?.type.case !== "uint32") return {};
  const { greaterThan, lessThan } = rules.type.value;
  return {
    ...(greaterThan.case === "gte" && { minimum: greaterThan.value }),
    ...(lessThan.case === "lte" && { maximum: lessThan.value }),
  };
}
