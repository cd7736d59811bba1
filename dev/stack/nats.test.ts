import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { existsSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { startNats } from "./nats.ts";
import type { Nats } from "./nats.ts";

const START_TIMEOUT_MS = 60_000;

async function startOwn(): Promise<Nats> {
  const before = process.env["NATS_URL"];
  delete process.env["NATS_URL"];
  const nats = await startNats();
  if (before !== undefined) process.env["NATS_URL"] = before;
  onTestFinished(nats.stop);
  return nats;
}

async function streamNames(url: string, add?: string): Promise<string[]> {
  const connection = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(connection);
    if (add !== undefined) await manager.streams.add({ name: add, subjects: [`${add}.>`] });
    const names: string[] = [];
    for await (const name of manager.streams.names()) names.push(name);
    return names;
  } finally {
    await connection.close();
  }
}

test(
  "streams survive kill -9 on the same address, and a wipe loses them",
  { timeout: START_TIMEOUT_MS },
  async () => {
    const nats = await startOwn();
    expect(await streamNames(nats.url, "KEPT")).toEqual(["KEPT"]);
    await nats.crash();
    await nats.restart();
    expect(await streamNames(nats.url)).toEqual(["KEPT"]);

    expect(() => nats.wipe()).toThrow("crash() or shutDown() first");
    await nats.crash();
    nats.wipe();
    await nats.restart();
    expect(await streamNames(nats.url)).toEqual([]);
  },
);

test(
  "the monitor answers, the version is new enough, and stop removes the store",
  { timeout: START_TIMEOUT_MS },
  async () => {
    const nats = await startOwn();
    const page = await fetch(`${nats.monitorUrl}/varz`);
    const { version } = (await page.json()) as { version: string };
    const [major = 0, minor = 0] = version.split(".").map(Number);
    expect(major * 1_000 + minor).toBeGreaterThanOrEqual(2_014);
    await nats.stop();
    expect(existsSync(nats.storeDir ?? "")).toBe(false);
  },
);
