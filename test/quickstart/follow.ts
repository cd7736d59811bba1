// Does what a reader of a quick-start does: in an empty folder, in the order of the text, and nothing else.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { natsCommand } from "#test/readme/nats-command.ts";
import { until } from "#test/support/until.ts";
import { codeBlocks } from "./document.ts";

const run = promisify(execFile);

/** A cold cache downloads what the text installs; more than this means that the network hangs. */
const prepareWithinMs = 400_000;
const effectWithinMs = 180_000;
const exitWithinMs = 30_000;

/** What came of it: the effect that the reader looks at, what the text promises, and how the worker ended on SIGTERM. */
export type Followed = { seen: string; promised: string; exitCode: number | null; nats: "real" | "stand-in" };

/**
 * Follows docs/`document` against the broker at `natsUrl`. `refused` is waited for after an order in Parquet, as the text proposes at its end.
 * Throws with what was said when a step fails.
 */
export async function follow(
  document: string,
  natsUrl: string,
  refused: () => Promise<boolean>,
): Promise<Followed> {
  const blocks = codeBlocks(document);
  const scratch = mkdtempSync(join(tmpdir(), "fanfare-quickstart-"));
  const folder = join(scratch, "mine");
  mkdirSync(folder);
  const nats = natsCommand(scratch);
  const [first] = blocks;
  if (first?.section !== "" || first.language !== "sh") throw new Error(`${document} has no first block`);
  const env = {
    ...process.env, FANFARE: PROJECT_DIRECTORY, NATS_URL: natsUrl, PATH: `${nats.directory}:${process.env["PATH"]}`, PYTHONPATH: "",
  }; // prettier-ignore
  const script = (text: string) => ["-euo", "pipefail", "-c", `${first.text}\n${text}`];
  const shell = (text: string) => run("bash", script(text), { cwd: folder, env, timeout: prepareWithinMs });
  const textOf = (section: string, language: string) =>
    blocks.find((block) => block.section === section && block.language === language)?.text ?? "";
  try {
    for (const { file, text, language, section } of blocks.slice(1)) {
      if (section !== "Write it") continue;
      if (file !== undefined) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      } else if (language === "sh") await shell(text);
    }
    const worker = spawn("bash", script(textOf("Run it", "sh")), {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => worker.once("close", (code) => resolve(code)));
    let said = "";
    for (const stream of [worker.stdout, worker.stderr])
      stream.on("data", (chunk: Buffer) => (said += chunk));
    try {
      await shell(textOf("Send it work", "sh"));
      const look = () =>
        shell(textOf("See what it did", "sh")).then(
          ({ stdout }) => stdout,
          () => undefined,
        );
      const seen = await until(`the effect of ${document}`, effectWithinMs, look, () => said.slice(-4_000));
      const inParquet = textOf("Send it work", "sh")
        .replace("my-first-order", "in-parquet")
        .replace("_CSV", "_PARQUET");
      await shell(inParquet);
      await until(`the dead letter of ${document}`, effectWithinMs, refused, () => said.slice(-4_000));
      worker.kill("SIGTERM");
      const late = AbortSignal.timeout(exitWithinMs);
      const exitCode = await Promise.race([
        ended,
        new Promise<never>((_, fail) =>
          late.addEventListener("abort", () => fail(new Error(`it does not end: ${said}`))),
        ),
      ]);
      return {
        seen,
        promised: textOf("See what it did", "text"),
        exitCode,
        nats: nats.standIn ? "stand-in" : "real",
      };
    } finally {
      worker.kill("SIGKILL");
    }
  } finally {
    // Go's module cache is read-only by choice; the folder itself is not.
    rmSync(scratch, { recursive: true, force: true });
  }
}
