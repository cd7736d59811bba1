// The lines below "Try it" in README, run as README has them against a stack of this test's own.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { sandboxMail, sandboxMails } from "#test/support/sandbox-mails.ts";
import { natsCommand } from "./nats-command.ts";
import { shellBlocks } from "./shell-blocks.ts";

const run = promisify(execFile);

const readme = readFileSync(join(PROJECT_DIRECTORY, "README.md"), "utf8");
const [prepare, ...ways] = shellBlocks(readme, "Try it");
const scratch = mkdtempSync(join(tmpdir(), "fanfare-readme-"));
const nats = natsCommand(scratch);

const startTimeoutMs = 120_000;
// Several programs start one after another on a machine that does other things too.
const blockTimeoutMs = 60_000;
const mailTimeoutMs = 20_000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ logDirectory: join(scratch, "logs") });
}, startTimeoutMs);

afterAll(async () => {
  await stack?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs lines in a new shell, after those that README says to run first. */
async function shell(text: string): Promise<string> {
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", `${prepare?.text}\n${text}`], {
    cwd: PROJECT_DIRECTORY,
    timeout: blockTimeoutMs,
    env: {
      ...process.env,
      PATH: `${nats.directory}:${process.env["PATH"]}`,
      FANFARE_URL: stack.apiUrl,
      FANFARE_OPERATOR_KEY: stack.operatorKey,
      NATS_URL: stack.natsUrl,
    },
  });
  return stdout;
}

/** The mail with these words, once it has arrived. */
async function mailSaying(words: string): Promise<{ seq: number; subject: string; to: string }> {
  return vi.waitFor(
    async () => {
      for await (const { seq } of sandboxMails(stack.sandboxUrl, "")) {
        const mail = await sandboxMail(stack.sandboxUrl, seq);
        if (mail.text.includes(words)) return { seq, ...mail };
      }
      throw new Error(`no mail says "${words}" yet`);
    },
    { timeout: mailTimeoutMs, interval: 100 },
  );
}

describe("README, Try it", () => {
  test("has a block to begin with, and one for each of the three ways", () => {
    expect(ways.map(({ title }) => title)).toEqual([
      "JSON over HTTP",
      "gRPC, by reflection",
      "NATS, no API call at all",
    ]);
  });

  const named = ways.map((way) => ({
    ...way,
    tool: way.text.includes("nats --server")
      ? ` (the command nats is ${nats.standIn ? "a stand-in" : "the real one"})`
      : "",
  }));

  test.each(named)(
    "$title: a mail arrives in the inbox$tool",
    { timeout: blockTimeoutMs + mailTimeoutMs },
    async ({ text }) => {
      const words = /"customMessage": "([^"]+)"/.exec(text)?.[1] ?? "";
      expect(words).not.toBe("");
      await shell(text);
      const mail = await mailSaying(words);
      expect(mail.to).toContain("grace@example.com");
      const inbox = await (await fetch(stack.sandboxUrl)).text();
      expect(inbox).toContain(`/mail/${mail.seq}"`);
      expect(inbox).toContain(mail.subject);
    },
  );

  test("the command-line client takes the same settings", { timeout: blockTimeoutMs }, async () => {
    const listed = await shell("echo; FANFARE_API_KEY=$KEY npm run -s fanfare -- customers --json");
    expect(JSON.parse(listed.trim().split("\n").at(-1) ?? "")).toMatchObject({ email: "grace@example.com" });
  });

  test.each([
    ["sub", "fanfare.>"],
    ["pub", "fanfare.x"],
    ["pub", "fanfare.x", "{}", "more"],
    ["stream", "rm", "WORK_LIST"],
    ["stream", "ls", "--force"],
    ["consumer", "pause", "WORK_LIST", "list-sender-bulk", "1h"],
  ])("the stand-in for nats does not pretend to more than it does: nats %s %s", async (...args) => {
    const standIn = join(PROJECT_DIRECTORY, "test/readme/nats-stand-in.ts");
    const ran = run(process.execPath, [standIn, "--server", stack.natsUrl, ...args]);
    await expect(ran).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("understands only") });
  });
});
