// OpenAPI 3.1 of the API as plain JSON over HTTP: Connect's own mapping (https://connectrpc.com/docs/protocol), one POST a call.
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Contracts } from "./contracts.ts";
import { reference, schemasOf, type Schema } from "./json-schema.ts";

/** Connect's codes by the HTTP status that they travel under. */
const codes: Readonly<Record<string, readonly string[]>> = {
  "400": ["invalid_argument", "failed_precondition", "out_of_range"],
  "401": ["unauthenticated"],
  "403": ["permission_denied"],
  "404": ["not_found"],
  "409": ["already_exists", "aborted"],
  "429": ["resource_exhausted"],
  "500": ["internal", "unknown", "data_loss"],
  "503": ["unavailable"],
  "504": ["deadline_exceeded"],
};

export function openApi(contracts: Contracts): Schema {
  const { services, registry } = contracts;
  const errorInfo = registry.getMessage("fanfare.api.v1.ErrorInfo");
  const roots = services.flatMap(({ methods }) => methods.flatMap(({ input, output }) => [input, output]));
  return {
    openapi: "3.1.0",
    info: {
      title: "Fanfare",
      version: "v1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "The API of Fanfare as JSON over HTTP. The same calls speak Connect, gRPC and gRPC-Web. Made from proto/ by `make docs`. Fields that are left out " +
        "have their default (0, empty, false); 64-bit numbers are strings. Calls that order something take an idempotencyKey: the same key is the same order.",
    },
    servers: [{ url: "http://127.0.0.1:8080", description: "make up" }],
    security: [{ key: [] }],
    tags: services.map((service) => ({
      name: service.name,
      ...(contracts.comment(service) && { description: contracts.comment(service) }),
    })),
    paths: Object.fromEntries(
      services.flatMap((service) => service.methods.map((method) => pathOf(contracts, service, method))),
    ),
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description:
            "An API key of an agency, or the operator's key together with the header fanfare-agency.",
        },
      },
      parameters: {
        agency: {
          name: "fanfare-agency",
          in: "header",
          schema: { type: "string" },
          description: "For whom an operator acts; an agency's own key needs none.",
        },
      },
      responses: Object.fromEntries(
        Object.entries(codes).map(([status, names]) => [`error-${status}`, errorResponse(names)]),
      ),
      schemas: {
        ...schemasOf(contracts, errorInfo === undefined ? roots : [...roots, errorInfo]),
        "connect.Error": connectError,
      },
    },
  };
}

function pathOf(contracts: Contracts, service: DescService, method: DescMethod): [string, Schema] {
  const streams = method.methodKind !== "unary";
  const type = streams ? "application/connect+json" : "application/json";
  const comment = contracts.comment(method);
  const notes = [
    comment,
    method.idempotency === Level.NO_SIDE_EFFECTS && !streams
      ? "Changes nothing; may be called by GET as well."
      : "",
    streams
      ? "A stream: each message has a prefix of five bytes, flags and length; a generated client reads it."
      : "",
  ].filter((note) => note !== "");
  const body = { content: { [type]: { schema: reference(method.input) } } };
  const operation = {
    operationId: `${service.name}_${method.name}`,
    tags: [service.name],
    summary: method.name,
    ...(notes.length > 0 && { description: notes.join(" ") }),
    parameters: [{ $ref: "#/components/parameters/agency" }],
    requestBody: { required: true, ...body },
    responses: {
      "200": { description: "Done", content: { [type]: { schema: reference(method.output) } } },
      ...Object.fromEntries(
        Object.keys(codes).map((status) => [status, { $ref: `#/components/responses/error-${status}` }]),
      ),
    },
  };
  return [`/${service.typeName}/${method.name}`, { post: operation }];
}

const errorResponse = (names: readonly string[]): Schema => ({
  description: names.join(", "),
  content: { "application/json": { schema: { $ref: "#/components/schemas/connect.Error" } } },
});

const connectError: Schema = {
  type: "object",
  required: ["code"],
  properties: {
    code: { type: "string", enum: Object.values(codes).flat() },
    message: { type: "string", description: "For people: what was wrong with which value, and what to do." },
    details: {
      type: "array",
      description: "fanfare.api.v1.ErrorInfo among them has a reason for programs.",
      items: {
        type: "object",
        properties: {
          type: { type: "string", examples: ["fanfare.api.v1.ErrorInfo"] },
          value: { type: "string", contentEncoding: "base64", description: "The detail in protobuf." },
          debug: { description: "The same in JSON." },
        },
      },
    },
  },
};
