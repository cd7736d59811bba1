// The Go kit's and the exporter's own tests, run by `go test`: each shows up here under its name.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

const modules = ["kits/go", "services/exporter"] as const;
/** What of a failure's output is shown. */
const problemMaxChars = 5_000;

type Result = { name: string; problem: string | undefined };
/** A line of `go test -json`, as far as it is read. */
type Line = { Action: string; Package?: string; Test?: string; Output?: string };

/** Runs a module's tests. Building them needs Go; without it the first result says so. */
async function goTest(module: string): Promise<Result[]> {
  const child = spawn("go", ["test", "-json", "./..."], {
    cwd: `${PROJECT_DIRECTORY}/${module}`,
    env: { ...process.env, GOFLAGS: "-buildvcs=false" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outputs = new Map<string, string>();
  const results: Result[] = [];
  let errors = "";
  child.stderr.on("data", (piece: Buffer) => (errors = (errors + piece.toString()).slice(-problemMaxChars)));
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      errors += `${error.message}; the tests of ${module} need Go 1.26 or newer on PATH`;
      resolve(null);
    });
    child.once("close", resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    const {
      Action: action,
      Package: of = "",
      Test: name = "",
      Output: output = "",
    } = JSON.parse(line) as Line;
    const key = `${of} ${name}`;
    if (action === "output") outputs.set(key, ((outputs.get(key) ?? "") + output).slice(-problemMaxChars));
    if (name !== "" && (action === "pass" || action === "skip")) results.push({ name, problem: undefined });
    if (action === "fail")
      results.push({ name: name || `package ${of}`, problem: outputs.get(key) ?? "failed" });
  }
  const code = await ended;
  if (code !== 0 && !results.some(({ problem }) => problem !== undefined))
    results.push({ name: "go test runs", problem: `exit code ${code}\n${errors}` });
  return results;
}

for (const module of modules) {
  const results = await goTest(module);
  test.each(results)(`${module}: $name`, ({ problem }) => {
    expect(problem).toBeUndefined();
  });
  test(`${module} has tests`, () => expect(results.length).toBeGreaterThan(4));
}
