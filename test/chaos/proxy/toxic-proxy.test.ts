import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startToxicProxy, type ToxicProxy } from "./toxic-proxy.ts";
import { fateOf } from "./toxics.ts";

let echo: Server;
let proxy: ToxicProxy;
const sockets = new Set<Socket>();

beforeEach(async () => {
  echo = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => void echo.listen(0, "127.0.0.1", resolve));
  proxy = await startToxicProxy("echo", (echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => void echo.close(() => resolve()));
});

function open(): { socket: Socket; received: () => string; ended: Promise<string> } {
  const socket = connect({ port: proxy.port, host: "127.0.0.1" });
  sockets.add(socket);
  let text = "";
  socket.setEncoding("utf8").on("data", (more: string) => (text += more));
  const ended = new Promise<string>((resolve) => {
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once("close", () => resolve("closed"));
  });
  return { socket, received: () => text, ended };
}

async function answered(client: ReturnType<typeof open>, text: string): Promise<void> {
  await expect.poll(client.received, { timeout: 5_000, interval: 5 }).toBe(text);
}

test("without a toxic everything passes, in both directions and to the end", async () => {
  const client = open();
  client.socket.end("hello");
  await answered(client, "hello");
  expect(await client.ended).toBe("closed");
});

test("latency delays what passes, keeps the order and heals", async () => {
  proxy.poison({ kind: "latency", latencyMs: 60, jitterMs: 20 });
  const client = open();
  const before = performance.now();
  for (const letter of "abcdef") client.socket.write(letter);
  await answered(client, "abcdef");
  // There and back again, each at least the latency without its jitter.
  expect(performance.now() - before).toBeGreaterThan(75);
});

test("a connection is reset after so many bytes, and only these have passed", async () => {
  proxy.poison({ kind: "reset-after", bytes: 3 });
  const client = open();
  client.socket.write("hello");
  expect(await client.ended).toBe("ECONNRESET");
  expect("hello".startsWith(client.received())).toBe(true);
});

test("a black hole swallows and keeps the connection; healing resets it", async () => {
  const client = open();
  await once(client.socket, "connect");
  proxy.poison({ kind: "black-hole" });
  client.socket.write("hello");
  await expect.poll(() => proxy.connections).toBe(1);
  expect(client.received()).toBe("");
  proxy.poison(undefined);
  expect(await client.ended).toBe("ECONNRESET");
});

test("a proxy that is down refuses, and listens at the same port when it is up again", async () => {
  await proxy.down();
  expect(await open().ended).toBe("ECONNREFUSED");
  await proxy.up();
  const client = open();
  client.socket.end("back");
  await answered(client, "back");
});

test.each([
  [undefined, 10, 0, { kind: "pass", delayMs: 0 }],
  [{ kind: "latency", latencyMs: 100, jitterMs: 50 }, 10, 0, { kind: "pass", delayMs: 100 }],
  [{ kind: "bandwidth", bytesPerSecond: 1_000 }, 500, 0, { kind: "pass", delayMs: 500 }],
  [{ kind: "limit-data", bytes: 100 }, 60, 30, { kind: "pass", delayMs: 0 }],
  [{ kind: "limit-data", bytes: 100 }, 60, 60, { kind: "cut", letThrough: 40, by: "end" }],
  [{ kind: "reset-after", bytes: 100 }, 60, 200, { kind: "cut", letThrough: 0, by: "reset" }],
  [{ kind: "black-hole" }, 60, 0, { kind: "swallow" }],
] as const)("%o makes of %i bytes after %i: %o", (toxic, bytes, before, fate) => {
  expect(fateOf(toxic, bytes, before, 0.5)).toEqual(fate);
});
