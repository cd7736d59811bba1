// The Python kit's and the reporter's own tests, run by pytest: each shows up here under its name.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "#dev/bootstrap/tools.ts";

type Result = { name: string; problem: string | undefined };

// Half a minute on a quiet machine; this long means that something hangs.
const timeoutMs = 300_000;
const problemMaxChars = 4_000;

async function runPytest(): Promise<Result[]> {
  const scratch = mkdtempSync(join(tmpdir(), "fanfare-pytest-"));
  const report = join(scratch, "report.xml");
  try {
    const child = spawn("dev/bootstrap/python", ["-m", "pytest", `--junitxml=${report}`], {
      cwd: ROOT,
      timeout: timeoutMs,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const results = code === 0 || code === 1 ? read(readFileSync(report, "utf8")) : [];
    // Ended in another way, or failed without a failed test: that must not look green.
    if (results.length === 0 || (code !== 0 && results.every(({ problem }) => problem === undefined)))
      results.push({ name: "pytest runs", problem: `exit code ${code}\n${output.slice(-problemMaxChars)}` });
    return results;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function read(xml: string): Result[] {
  return [...xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes = "", body = ""]) => {
      const name = /\bname="([^"]*)"/.exec(attributes)?.[1] ?? "?";
      const problem = /<(?:failure|error)[ >]/.test(body) ? plain(body).slice(-problemMaxChars) : undefined;
      return { name: plain(name).replaceAll("_", " "), problem };
    },
  );
}

function plain(xml: string): string {
  return xml
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#10;", "\n")
    .replaceAll("&amp;", "&");
}

const results = await runPytest();

test.each(results)("$name", ({ problem }) => {
  expect(problem).toBeUndefined();
});
