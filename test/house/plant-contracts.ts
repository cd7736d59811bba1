import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** One change of a file below proto/: `from` stands there once. */
export type Change = { file: string; from: string | RegExp; to: string };
/** How a command ended, and all that it said. */
export type Ended = { code: number; said: string };

const run = promisify(execFile);
const outputMaxBytes = 16 * 1024 * 1024;
// Only what the golden test of the topology reads.
const needed = [
  "buf.yaml", "proto", "package.json", "dev/bootstrap/breaking.ts", "dev/bootstrap/tools.ts", "core/runtime", "core/adapters/nats",
  "test/golden-topology.test.ts", "test/topology.golden.json",
]; // prettier-ignore
// As buf.gen.yaml does for TypeScript; Go and Python do not matter here.
const template = JSON.stringify({
  version: "v2",
  inputs: [{ directory: ".", exclude_paths: ["proto/vendor/buf"] }],
  plugins: [
    {
      local: "protoc-gen-es",
      out: "gen/ts",
      opt: ["target=js+dts", "import_extension=js", "map_imports=buf/validate/:@bufbuild/protovalidate/gen"],
    },
  ],
});

/** A house that has our contracts and what judges them, on a `main` of its own. */
export class ContractsHouse {
  readonly #directory = mkdtempSync(join(tmpdir(), "fanfare-contracts-"));

  async build(): Promise<void> {
    for (const path of needed)
      cpSync(join(PROJECT_DIRECTORY, path), join(this.#directory, path), { recursive: true });
    symlinkSync(join(PROJECT_DIRECTORY, "node_modules"), join(this.#directory, "node_modules"));
    const include = ["test/golden-topology.test.ts"];
    writeFileSync(
      join(this.#directory, "vitest.config.mjs"),
      `export default ${JSON.stringify({ test: { include } })};\n`,
    );
    const by = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    for (const args of [
      ["init", "--quiet", "--initial-branch=main"],
      ["add", "buf.yaml", "proto"],
      ["commit", "--quiet", "--message=Begin"],
    ])
      await this.#must("git", [...by, ...args]);
  }

  /** Makes changes, calls `judge`, and takes them back. */
  async with<T>(changes: readonly Change[], judge: () => Promise<T>): Promise<T> {
    const before = new Map<string, string>();
    try {
      for (const { file, from, to } of changes) {
        const path = join(this.#directory, file);
        const text = readFileSync(path, "utf8");
        if (text.split(from).length !== 2)
          throw new Error(`${file} should have ${from} exactly once: plant the change elsewhere.`);
        if (!before.has(path)) before.set(path, text);
        writeFileSync(
          path,
          text.replace(from, () => to),
        );
      }
      return await judge();
    } finally {
      for (const [path, text] of before) writeFileSync(path, text);
    }
  }

  /** The step of `make check` that compares with main. */
  compatible(): Promise<Ended> {
    return this.#run(process.execPath, ["dev/bootstrap/breaking.ts"]);
  }

  /** Generates the code, then runs the golden test of the topology. */
  async golden(): Promise<Ended> {
    await this.#must("buf", ["generate", "--template", template]);
    return this.#run("vitest", ["run", "--config", "vitest.config.mjs"]);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #must(command: string, args: readonly string[]): Promise<void> {
    const { code, said } = await this.#run(command, args);
    if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${said}`);
  }

  async #run(command: string, args: readonly string[]): Promise<Ended> {
    // Where this test itself runs from a hook of git's, its variables would lead git to our own repository.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
    try {
      const { stdout, stderr } = await run(command, args, {
        cwd: this.#directory,
        env,
        maxBuffer: outputMaxBytes,
      });
      return { code: 0, said: stdout + stderr };
    } catch (error) {
      const {
        code,
        stdout = "",
        stderr = "",
      } = error as { code?: number | string; stdout?: string; stderr?: string };
      if (typeof code !== "number") throw error;
      return { code, said: stdout + stderr };
    }
  }
}
