import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startProcess } from "./process.ts";
import type { ManagedProcess, ProcessOptions } from "./process.ts";

const running: ManagedProcess[] = [];
const shell = async (script: string, more: Partial<ProcessOptions> = {}) => {
  const started = await startProcess({ name: "it", command: "sh", args: ["-c", script], ...more });
  running.push(started);
  return started;
};
const readyLine = (line: string) => /^ready ?(.*)$/.exec(line)?.[1];
const WAIT_FOR_EVER = "while :; do sleep 0.05; done";

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.kill9()));
});

test("it is ready when its line says so, and the line gives the address", async () => {
  const it = await shell(`echo starting; echo ready http://here; ${WAIT_FOR_EVER}`, { readyLine });
  expect(it.address).toBe("http://here");
  expect(it.running).toBe(true);
});

test("a process that ends before it is ready fails the start with its last words", async () => {
  await expect(shell("echo no such table >&2; exit 3", { readyLine })).rejects.toThrow(
    /exit code 3[^]*no such table/,
  );
});

test("a process that is not ready in time fails the start and is gone", async () => {
  const start = shell(`echo pid $$; ${WAIT_FOR_EVER}`, { readyLine, readyTimeoutMs: 200 });
  const error = await start.catch((caught: unknown) => caught);
  expect(String(error)).toContain("was not ready after 200 ms");
  const pid = Number(/pid (\d+)/.exec(String(error))?.[1]);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("a command that does not exist fails the start with its name", async () => {
  const start = startProcess({ name: "ghost", command: "no-such-command", readyLine });
  await expect(start).rejects.toThrow(/ghost ended before it was ready[^]*no-such-command/);
});

test("a stop is polite first and forceful after its bound", async () => {
  const polite = await shell(`trap 'echo bye; exit 0' TERM; echo ready; ${WAIT_FOR_EVER}`, { readyLine });
  await polite.stop();
  expect(polite.tail()).toContain("bye");
  const stubborn = await shell(`trap '' TERM; echo ready; ${WAIT_FOR_EVER}`, {
    readyLine,
    stopTimeoutMs: 100,
  });
  await stubborn.stop();
  expect(stubborn.running).toBe(false);
  await stubborn.stop();
});

test("a paused process can still be stopped", async () => {
  const it = await shell(`trap 'echo bye; exit 0' TERM; echo ready; ${WAIT_FOR_EVER}`, { readyLine });
  it.pause();
  await it.stop();
  expect(it.tail()).toContain("bye");
});

test("a restart gives a new pid, and the environment may depend on the last address", async () => {
  const it = await shell(`echo ready $PORT; ${WAIT_FOR_EVER}`, {
    readyLine,
    env: (lastAddress) => ({ PORT: lastAddress === undefined ? "1234" : `${lastAddress}-again` }),
  });
  const { pid } = it;
  await it.kill9();
  await it.restart();
  expect(it.pid).not.toBe(pid);
  expect(it.address).toBe("1234-again");
});

test("an end that nobody asked for is reported, one that was asked for is not", async () => {
  const ends: string[] = [];
  const onUnexpectedExit = (exit: { code: number | null }) => void ends.push(`code ${exit.code}`);
  await shell("echo ready; sleep 0.1; exit 7", { readyLine, onUnexpectedExit });
  const stopped = await shell(`echo ready; ${WAIT_FOR_EVER}`, { readyLine, onUnexpectedExit });
  await stopped.stop();
  await expect.poll(() => ends).toEqual(["code 7"]);
});

test("all that it says is in its log file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fanfare-log-"));
  try {
    const logFile = join(directory, "logs", "it.log");
    const it = await shell(`echo one; echo two >&2; echo ready; ${WAIT_FOR_EVER}`, { readyLine, logFile });
    await it.stop();
    await expect
      .poll(() => readFileSync(logFile, "utf8").split("\n").toSorted())
      .toEqual(["", "one", "ready", "two"]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
