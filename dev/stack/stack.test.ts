import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listeningUrl } from "./services.ts";
import { startStack } from "./stack.ts";
import type { Stack } from "./stack.ts";

const START_TIMEOUT_MS = 60_000;
const NO_SERVICES = { api: 0, listSender: 0, customerSender: 0, scheduler: 0 };

function logDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "fanfare-logs-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test(
  "a stack has its parts, says what it started them with, and stops them all",
  { timeout: START_TIMEOUT_MS },
  async () => {
    const logs = logDirectory();
    const stack: Stack = await startStack({
      instances: NO_SERVICES,
      logDirectory: logs,
      env: { LOG_LEVEL: "warn" },
    });
    onTestFinished(stack.stop);
    expect((await fetch(`${stack.sandboxUrl}/_sandbox/config`)).status).toBe(200);
    expect(stack.env).toMatchObject({
      DATABASE_URL: stack.databaseUrl,
      NATS_URL: stack.natsUrl,
      LOG_LEVEL: "warn",
      MAILGUN_API_URL: stack.sandboxUrl,
    });
    expect(() => stack.apiUrl).toThrow("without api");
    expect(readdirSync(logs).toSorted()).toEqual(["nats-server.log", "postgres.log", "sandbox.log"]);

    const { address } = stack.sandbox ?? {};
    await stack.sandbox?.kill9();
    await stack.sandbox?.restart();
    expect(stack.sandbox?.address).toBe(address);

    await stack.stop();
    await expect(fetch(stack.sandboxUrl)).rejects.toThrow("fetch failed");
  },
);

test("a wished-for port that is taken gives way to a free one", { timeout: START_TIMEOUT_MS }, async () => {
  const first = await startStack({ instances: NO_SERVICES, logDirectory: logDirectory() });
  onTestFinished(first.stop);
  const taken = Number(new URL(first.sandboxUrl).port);
  const second = await startStack({
    instances: NO_SERVICES,
    sandboxPort: taken,
    logDirectory: logDirectory(),
  });
  onTestFinished(second.stop);
  expect(Number(new URL(second.sandboxUrl).port)).not.toBe(taken);
});

test.each([
  ['{"listening":"http://127.0.0.1:1"}', "http://127.0.0.1:1"],
  ['{"level":30,"msg":"listening","url":"http://127.0.0.1:2"}', "http://127.0.0.1:2"],
  ['{"level":30,"msg":"listening to reason"}', undefined],
  ["{listening", undefined],
  ["listening", undefined],
])("the ready line %s gives %s", (line, url) => {
  expect(listeningUrl(line)).toBe(url);
});
