import { expect, it } from "vitest";
import { createLogger } from "#core/runtime/log.ts";
import { connectNats, isOlder } from "./connect.ts";

const log = createLogger({ service: "test", level: "silent" });

it.each([
  ["2.9.10", "2.14.7", true],
  ["2.14.6", "2.14.7", true],
  ["2.14.7", "2.14.7", false],
  ["2.15.0-RC.1", "2.14.7", false],
  ["3.0.0", "2.14.7", false],
])("knows whether %s is older than %s", (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});

it("says which server does not answer, without its password", async () => {
  const failure = connectNats({ url: "nats://me:hush@127.0.0.1:1", name: "test", log, once: true });
  await expect(failure).rejects.toThrow("No NATS server answers at 127.0.0.1:1");
  await expect(failure).rejects.not.toThrow("hush");
});

it("waits for a server that is away until it is told to stop", async () => {
  const stop = new AbortController();
  const waiting = connectNats({ url: "nats://127.0.0.1:1", name: "test", log, signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow();
});

it("refuses an address that is none", async () => {
  await expect(connectNats({ url: "nats://:what", name: "test", log })).rejects.toThrow(
    "nats://127.0.0.1:4222",
  );
});
