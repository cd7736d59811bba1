import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

type Started = { pids: number[]; directories: string[] };

const VANISH_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 60_000;

/** Runs the fixture, which starts a stack and says so in one line of JSON. */
async function startParent(): Promise<{
  pid: number;
  started: Started;
  kill: (signal: NodeJS.Signals) => void;
}> {
  const script = fileURLToPath(new URL("./guardian.fixture.ts", import.meta.url));
  // Without DATABASE_URL and NATS_URL, the fixture starts processes of its own.
  const env = { ...process.env, DATABASE_URL: "", NATS_URL: "" };
  const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"], env });
  let text = "";
  for await (const chunk of parent.stdout) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  const started = JSON.parse(text) as Started;
  return { pid: parent.pid ?? 0, started, kill: (signal) => parent.kill(signal) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const leftBehind = ({ pids, directories }: Started) => [
  ...pids.filter(isAlive),
  ...directories.filter((path) => existsSync(path)),
];

test(
  "after kill -9 of the parent no process and no directory of its stack is left, while another stack lives on",
  async () => {
    const [victim, other] = await Promise.all([startParent(), startParent()]);
    const all = victim.started.pids.length + victim.started.directories.length;
    expect(all, "postgres, nats-server, a paused process, a grandchild; two directories").toBe(6);
    expect(leftBehind(victim.started)).toHaveLength(all);

    victim.kill("SIGKILL");
    await expect.poll(() => leftBehind(victim.started), { timeout: VANISH_TIMEOUT_MS }).toEqual([]);
    expect(leftBehind(other.started)).toHaveLength(all);

    other.kill("SIGKILL");
    await expect.poll(() => leftBehind(other.started), { timeout: VANISH_TIMEOUT_MS }).toEqual([]);
  },
  START_TIMEOUT_MS,
);
