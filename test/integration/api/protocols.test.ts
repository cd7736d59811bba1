import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { Health, HealthCheckResponse_ServingStatus as Status } from "#gen/grpc/health/v1/health_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

const run = promisify(execFile);

let api: TestApi;
let agency: TestAgency;

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
});
afterAll(() => api.close());

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${api.url}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${agency.apiKey}`, ...headers },
    body,
  });
}

describe("one port", () => {
  const transports: [string, (baseUrl: string) => Transport][] = [
    ["Connect over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
    ["Connect over HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
    ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
    ["gRPC-Web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
    ["gRPC-Web over HTTP/2", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
  ];

  it.each(transports)("answers %s, unary and stream", async (_name, open) => {
    const transport = open(api.url);
    const headers = { "x-api-key": agency.apiKey };
    const { agency: found } = await createClient(AgencyService, transport).getAgency({}, { headers });
    expect(found?.id).toBe(agency.agencyId);
    const enough = new AbortController();
    const watching = createClient(Health, transport).watch({}, { signal: enough.signal });
    await expect(
      (async () => {
        for await (const { status } of watching) {
          expect(status).toBe(Status.SERVING);
          enough.abort();
        }
      })(),
    ).rejects.toMatchObject({ code: Code.Canceled });
  });

  it("answers plain JSON, by POST and (for what has no side effects) by GET", async () => {
    const posted = await post("fanfare.api.v1.AgencyService/GetAgency", "{}");
    expect(posted.status).toBe(200);
    expect(await posted.json()).toMatchObject({ agency: { id: agency.agencyId, standing: "STANDING_GOOD" } });
    const got = await fetch(
      `${api.url}/fanfare.api.v1.AgencyService/GetAgency?encoding=json&message=%7B%7D&connect=v1`,
      { headers: { authorization: `Bearer ${agency.apiKey}` } },
    );
    expect(await got.json()).toMatchObject({ agency: { id: agency.agencyId } });
  });

  it("describes itself to buf curl by reflection, over gRPC", async () => {
    const target = `${api.url}/fanfare.api.v1.AgencyService/GetAgency`;
    const headers = ["-H", `authorization: Bearer ${agency.apiKey}`];
    const { stdout } = await run("node_modules/.bin/buf", [
      "curl", "--protocol", "grpc", "--http2-prior-knowledge", ...headers, "-d", "{}", target,
    ]); // prettier-ignore
    expect(JSON.parse(stdout)).toMatchObject({ agency: { id: agency.agencyId } });
    const listed = await run("node_modules/.bin/buf", [
      "curl",
      "--http2-prior-knowledge",
      "--list-methods",
      api.url,
    ]);
    expect(listed.stdout).toContain("fanfare.api.v1.ScheduleService/CreateSchedule");
    expect(listed.stdout).toContain("grpc.health.v1.Health/Check");
  });
});

describe("health", () => {
  it("tells that the server and each service serve, and does not know others", async () => {
    const client = createClient(Health, createGrpcTransport({ baseUrl: api.url }));
    expect((await client.check({})).status).toBe(Status.SERVING);
    expect((await client.check({ service: AgencyService.typeName })).status).toBe(Status.SERVING);
    await expect(client.check({ service: "no.Such" })).rejects.toMatchObject({ code: Code.NotFound });
    const { statuses } = await client.list({});
    expect(statuses[AgencyService.typeName]?.status).toBe(Status.SERVING);
  });

  it("answers probes and metrics over HTTP, with calls by method and code", async () => {
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${api.url}/readyz`)).text()).toBe("ready\n");
    await post("fanfare.api.v1.AgencyService/GetAgency", "{}");
    await expect
      .poll(async () => (await fetch(`${api.url}/metrics`)).text())
      .toContain('fanfare_api_call_seconds_count{method="fanfare.api.v1.AgencyService/GetAgency",code="ok"}');
  });

  it("tells what is served to whoever asks for something else", async () => {
    const response = await fetch(`${api.url}/nothing`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("/<service>/<method>");
  });
});

describe("bad input", () => {
  it("refuses a body that is too large before it is read whole", async () => {
    const response = await post(
      "fanfare.api.v1.AgencyService/CreateUser",
      `{"name":"${"x".repeat(6 * 1024 * 1024)}"}`,
    );
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ code: "resource_exhausted" });
  });

  it.each([
    ["no JSON", "{", 400],
    ["an unknown field", '{"emial":"a@example.com"}', 400],
    ["a wrong type", '{"email":7}', 400],
  ])("refuses %s with a message that says where", async (_name, body, status) => {
    const response = await post("fanfare.api.v1.AgencyService/CreateUser", body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("decode"),
    });
  });

  it("names the field that breaks the contract's rules, with a hint", async () => {
    const response = await post("fanfare.api.v1.AgencyService/CreateUser", '{"email":"a@example.com"}');
    expect(response.status).toBe(400);
    const { details } = (await response.json()) as { details: { type: string; debug?: unknown }[] };
    const info = details.find((detail) => detail.type === "fanfare.api.v1.ErrorInfo");
    expect(info?.debug).toMatchObject({ reason: "invalid_request", field: "role" });
    expect(details.map((detail) => detail.type)).toContain("buf.validate.Violations");
  });

  it("refuses a deadline beyond the limit", async () => {
    const error = await createClient(AgencyService, agency.transport)
      .getAgency({}, { timeoutMs: 10 * 60_000 })
      .catch((reason: unknown) => ConnectError.from(reason));
    expect(error).toMatchObject({ code: Code.InvalidArgument });
  });

  it.each([
    ["no HTTP", "hello there\r\n\r\n"],
    [
      "a broken HTTP/2 preface",
      "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\nnothing of the kind, but long enough to be looked at",
    ],
    [
      "a request without a host",
      "POST /fanfare.api.v1.AgencyService/GetAgency HTTP/1.0\r\ncontent-length: 0\r\n\r\n",
    ],
    [
      "a host that is no host",
      "POST /fanfare.api.v1.AgencyService/GetAgency HTTP/1.1\r\nhost: a b c\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    ],
    ["a header that never ends", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(100_000)}`],
  ])("survives %s", async (_name, bytes) => {
    await talk(bytes);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  it("tells the two protocols apart when the first bytes come one by one", async () => {
    const answer = await talk(
      ..."POST /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".split(""),
    );
    expect(answer).toContain("HTTP/1.1 404");
    const peer = connect(Number(new URL(api.url).port), "127.0.0.1");
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") {
      peer.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // An empty SETTINGS frame; the server answers with its own.
    peer.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    const frame = await new Promise<Buffer>((resolve) => peer.once("data", resolve));
    expect(frame[3]).toBe(4);
    peer.destroy();
  });

  it("has no CORS headers, so browsers of other origins get nothing", async () => {
    const response = await post("fanfare.api.v1.AgencyService/GetAgency", "{}", {
      origin: "https://evil.example",
    });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

/** Sends bytes and answers what comes until the server hangs up. */
async function talk(...parts: string[]): Promise<string> {
  const socket = connect({ port: Number(new URL(api.url).port), host: "127.0.0.1", noDelay: true });
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  return answer;
}
