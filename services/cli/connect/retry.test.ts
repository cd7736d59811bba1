// A tiny API that fails as it is told, because the real one does not fail on demand.
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { BlastService, BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { documents, run } from "../test-support.ts";

const BLAST = "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e";
let server: Http2Server;
let env: Record<string, string>;
let failuresLeft = 0;
let code = Code.Unavailable;
let reason = "";
let calls: string[] = [];

function note(call: string): void {
  calls.push(call);
  if (failuresLeft-- <= 0) return;
  const details = reason === "" ? [] : [{ desc: ErrorInfoSchema, value: { reason } }];
  throw new ConnectError("away for a moment", code, undefined, details);
}

function routes(router: ConnectRouter): void {
  router.service(CustomerService, {
    listCustomerLists: () => {
      note("lists");
      return { lists: [{ id: BLAST, name: "All", size: 3 }] };
    },
  });
  router.service(TemplateService, {
    createTemplate: () => {
      note("template");
      return {};
    },
  });
  router.service(BlastService, {
    sendBlast: ({ idempotencyKey }) => {
      note(idempotencyKey);
      return { blastId: BLAST };
    },
    async *watchBlast() {
      yield { blast: { id: BLAST, state: BlastState.SENDING, balanceSheet: { audience: 4, accepted: 2 } } };
      note("watch");
      yield {
        blast: {
          id: BLAST,
          state: BlastState.COMPLETED,
          balanceSheet: { audience: 4, accepted: 4 },
          completedAt: timestampNow(),
        },
      };
    },
  });
}

beforeAll(async () => {
  server = createServer(connectNodeAdapter({ routes }));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  env = {
    FANFARE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    FANFARE_API_KEY: "ff_test",
  };
});
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
beforeEach(() => {
  [failuresLeft, code, reason, calls] = [0, Code.Unavailable, "", []];
});

const send = ["send", "--template", BLAST, "--list", BLAST];

test("a send is repeated with the same key when the API is away for a moment", async () => {
  failuresLeft = 2;
  const { code: exit, out, err } = await run(send, env);
  expect({ exit, out }).toEqual({ exit: 0, out: `blast ${BLAST}\n` });
  expect(err).toContain("trying again, 2 of 4");
  expect(calls).toHaveLength(3);
  expect(new Set(calls)).toEqual(new Set([/--key (\S+)\)/.exec(err)?.[1]]));
});

test("tries are bounded, and the key is told for the next run", async () => {
  failuresLeft = 100;
  const { code: exit, err } = await run([...send, "--retries", "2", "--key", "mine"], env);
  expect(exit).toBe(3);
  expect(calls).toEqual(["mine", "mine", "mine"]);
  expect(err).toContain("away for a moment");
});

test("a call that only reads is repeated", async () => {
  failuresLeft = 1;
  const { out } = await run(["lists", "--json"], env);
  expect(documents(out)).toEqual([{ id: BLAST, name: "All", size: 3 }]);
});

test("a call that would do it twice is not repeated", async () => {
  failuresLeft = 1;
  const { code: exit } = await run(
    ["template", "create", "T", "--subject", "s", "--text", "package.json"],
    env,
  );
  expect(exit).toBe(3);
  expect(calls).toEqual(["template"]);
});

test("a send is repeated while the database has no place, and not when something else is used up", async () => {
  [failuresLeft, code, reason] = [2, Code.ResourceExhausted, "database_busy"];
  expect((await run(send, env)).code).toBe(0);
  expect(calls).toHaveLength(3);
  [failuresLeft, reason, calls] = [1, "insufficient_credit", []];
  expect((await run(send, env)).code).toBe(1);
  expect(calls).toHaveLength(1);
});

test("a refusal is not repeated", async () => {
  failuresLeft = 1;
  code = Code.PermissionDenied;
  expect((await run(send, env)).code).toBe(1);
  expect(calls).toHaveLength(1);
});

test("a watch that breaks is opened again and goes on to the end", async () => {
  failuresLeft = 1;
  const { code: exit, out, err } = await run(["watch", BLAST], env);
  expect(exit).toBe(0);
  expect(err).toContain("opening it again");
  expect(out).toMatch(/sending +50 %[^]*completed +100 %/);
});
