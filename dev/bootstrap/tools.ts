import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's directory. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** A minute each to build the Go plug-ins; ten mean that the network hangs. */
const FETCH_TIMEOUT_MS = 600_000;

/** The path of a tool that npm does not carry; fetched when this machine has none (dev/bootstrap/tool). */
export function toolPath(name: string): string {
  const tool = join(ROOT, "dev", "bootstrap", "tool");
  // Its progress goes to our standard error as it happens.
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  return execFileSync(tool, [name], { encoding: "utf8", timeout: FETCH_TIMEOUT_MS, stdio }).trim();
}

/** PATH with the plug-ins that `buf generate` calls by name. */
export function pathWithGenerators(): string {
  const directories = ["protoc-gen-go", "protoc-gen-connect-go", "protoc"].map((name) =>
    dirname(toolPath(name)),
  );
  return [...directories, process.env["PATH"] ?? ""].join(":");
}
