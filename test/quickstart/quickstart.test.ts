// The quick-starts for worker authors, executed from their own text: message in, effect out, and an orderly end.
import { execFileSync } from "node:child_process";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startStack, type Stack } from "#dev/stack/stack.ts";
import { follow } from "./follow.ts";

const startWithinMs = 120_000;
const followWithinMs = 600_000;

let stack: Stack;

// As `make up WITHOUT=exporter` starts it: nobody else takes exports.
beforeAll(async () => {
  delete process.env["NATS_URL"];
  delete process.env["DATABASE_URL"];
  stack = await startStack();
}, startWithinMs);

afterAll(async () => {
  await stack?.stop();
});

/** Dead letters so far; nothing else in this stack makes any. */
async function lettersOfExports(): Promise<number> {
  const connection = await connect({ servers: stack.natsUrl });
  try {
    const manager = await jetstreamManager(connection);
    return (await manager.streams.info("DEAD_LETTER")).state.messages;
  } finally {
    await connection.close();
  }
}

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const languages = [
  { document: "quickstart-go.md", runs: has("go", "version"), needs: "Go" },
  {
    document: "quickstart-python.md",
    runs: has("python3", "-c", "import venv, ensurepip"),
    needs: "Python with venv",
  },
  { document: "quickstart-typescript.md", runs: true, needs: "" },
  {
    document: "quickstart-java.md",
    runs: has("javac", "-version") && has("mvn", "-v"),
    needs: "a JDK and Maven",
  },
];

for (const { document, runs, needs } of languages)
  test.skipIf(!runs)(
    `docs/${document} ends in a running worker${runs ? "" : ` (skipped: this machine lacks ${needs})`}`,
    { timeout: followWithinMs },
    async () => {
      const before = await lettersOfExports();
      const { seen, promised, exitCode } = await follow(
        document,
        stack.natsUrl,
        async () => (await lettersOfExports()) > before,
      );
      expect(promised).not.toBe("");
      expect({ seen, exitCode }).toEqual({ seen: promised, exitCode: 0 });
    },
  );
