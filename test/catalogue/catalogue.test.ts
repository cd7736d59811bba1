// The catalogue is what its formats say: AsyncAPI 3 and OpenAPI 3.1 by their own schemas, and the golden vectors by the schemas in it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" };
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { workContract } from "#core/runtime/contract.ts";
import { readVector, vectorNames } from "#test/vectors/vector.ts";

type Document = Record<string, never> & {
  channels: Record<string, { address: string; "x-fanfare-consumers"?: { durable: string }[] }>;
  paths: Record<string, unknown>;
  components: { messages: Record<string, { examples: unknown[] }>; schemas: Record<string, object> };
};

const read = (name: string) => readFileSync(join(PROJECT_DIRECTORY, "docs/catalogue", name), "utf8");
const compileWithinMs = 60_000;
let asyncApi: Document;
let openApi: Document;

beforeAll(() => {
  asyncApi = parse(read("asyncapi.yaml")) as Document;
  openApi = parse(read("openapi.yaml")) as Document;
});

test("asyncapi.yaml is AsyncAPI 3.0, by its own schema", { timeout: compileWithinMs }, () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(asyncApiSchema);
  expect(validate(asyncApi), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  expect(validate({ ...asyncApi, channels: [] })).toBe(false);
});

test("openapi.yaml is OpenAPI 3.1, by its own schema, and every reference in it leads somewhere", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(openApi))).toEqual({ valid: true });
  validator.resolveRefs();
  expect((await new Validator().validate({ ...openApi, paths: [] })).valid).toBe(false);
  expect(Object.keys(openApi.paths)).toContain("/fanfare.api.v1.BlastService/SendBlast");
});

test("every task and fact is in asyncapi.yaml, under its subject, with its consumers and an example", () => {
  for (const desc of [...allWorkContracts, ...allEventContracts])
    expect(asyncApi.components.messages[desc.name]?.examples.length, desc.name).toBeGreaterThan(0);
  for (const desc of allWorkContracts) {
    const { queue, lanes } = workContract(desc);
    const channel = asyncApi.channels[desc.name];
    expect(channel?.address).toBe(`fanfare.work.${queue}.{lane}.{agency}`);
    expect(channel?.["x-fanfare-consumers"]?.map(({ durable }) => durable)).toEqual(
      lanes.map(({ durable }) => durable),
    );
  }
});

// One for all: each type is compiled once.
const schemas = new Ajv2020({ strict: false, validateSchema: false });
addFormats.default(schemas);

/** Checks a value against one of the schemas in asyncapi.yaml. */
function problemsOf(type: string, value: unknown): unknown {
  if (schemas.getSchema("catalogue") === undefined)
    schemas.addSchema({ components: { schemas: asyncApi.components.schemas } }, "catalogue");
  const validate = schemas.getSchema(`catalogue#/components/schemas/${type}`);
  if (validate === undefined) throw new Error(`asyncapi.yaml has no schema ${type}`);
  return validate(value) === true ? undefined : validate.errors;
}

test.each(vectorNames())("the schema admits the golden vector %s", (name) => {
  const { type, json } = readVector(name);
  expect(problemsOf(type, json)).toBeUndefined();
});

test.each([
  ["no order", { direct: undefined }],
  ["two orders", { delivery: { blastId: "0198c5a2-7d3e-7cc1-9d7f-000000000001", sequence: 1 } }],
  ["an agency that is no UUID", { agencyId: "storm" }],
  ["no such lane", { lane: "LANE_SLOW" }],
])("the schema refuses what the contract refuses: %s", (_, wrong) => {
  const { type, json } = readVector("fanfare.work.v1.SendBlastToCustomer-direct");
  const value = JSON.parse(JSON.stringify({ ...(json as object), ...wrong })) as unknown;
  expect(problemsOf(type, value)).toBeDefined();
});

test("the catalogue is what the contracts give", () => {
  const ran = spawnSync(process.execPath, ["dev/catalogue/main.ts", "--check"], {
    cwd: PROJECT_DIRECTORY,
    encoding: "utf8",
  });
  expect(ran.stdout + ran.stderr).toBe("");
});
