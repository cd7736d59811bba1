import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { cpuSeconds, residentMb } from "./cpu.ts";

const onLinux = test.skipIf(process.platform !== "linux");

onLinux("CPU of descendants counts, of those that ended too", async () => {
  // By its own CPU clock: on a busy machine 300 ms on the wall may be 90 ms of work.
  const burn = "while (process.cpuUsage().user < 300_000);";
  const child = spawn("sh", ["-c", `${process.execPath} -e '${burn}'; echo done; read -r wait`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const before = cpuSeconds(child.pid!);
  await once(child.stdout, "data");
  const after = cpuSeconds(child.pid!);
  child.stdin.end("\n");
  await once(child, "close");
  expect(after - before).toBeGreaterThan(0.15);
});

onLinux("the peak memory of this process is at least what it has now", () => {
  expect(residentMb(process.pid)).toBeGreaterThan((process.memoryUsage().rss / 1_048_576) * 0.5);
});
