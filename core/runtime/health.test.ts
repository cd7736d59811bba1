import { afterEach, expect, it } from "vitest";
import type { HealthServer, Readiness } from "./health.ts";
import { startHealthServer } from "./health.ts";
import { createMetrics } from "./metrics.ts";

let server: HealthServer | undefined;
afterEach(() => server?.close());

const get = async (path: string) => {
  const response = await fetch(`${server?.url}${path}`);
  return { status: response.status, text: await response.text() };
};

it("answers whether it lives, whether it can work, and what it counts", async () => {
  const metrics = createMetrics();
  metrics.counter({ name: "sent_total", help: "Sent." }).inc(3);
  let ready: Readiness = { ok: true, detail: "pulling" };
  server = await startHealthServer({ port: 0, host: "127.0.0.1", ready: async () => ready, metrics });
  expect(await get("/healthz")).toEqual({ status: 200, text: "ok\n" });
  expect(await get("/readyz")).toEqual({ status: 200, text: "pulling\n" });
  ready = { ok: false, detail: "draining" };
  expect(await get("/readyz")).toEqual({ status: 503, text: "draining\n" });
  expect((await get("/metrics")).text).toContain("sent_total 3");
  expect((await get("/else")).status).toBe(404);
});

it("is not ready when the check throws or hangs", async () => {
  let check = async (): Promise<Readiness> => Promise.reject(new Error("database away"));
  server = await startHealthServer({
    port: 0,
    host: "127.0.0.1",
    ready: () => check(),
    metrics: createMetrics(),
  });
  expect(await get("/readyz")).toEqual({ status: 503, text: "database away\n" });
  check = () => new Promise(() => undefined);
  expect((await get("/readyz")).status).toBe(503);
});
