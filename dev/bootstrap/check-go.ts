// A step of `make check`: the Go modules are formatted, and `go vet` finds nothing in them.
import { spawnSync } from "node:child_process";
import { ROOT } from "./tools.ts";

const MODULES = ["kits/go", "services/exporter", "bench/sink", "bench/caller"];

function go(program: string, ...args: string[]): { ok: boolean; output: string } {
  const env = { ...process.env, GOFLAGS: "-buildvcs=false" };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8", env });
  return { ok: status === 0, output: `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trim() };
}

if (!go("go", "version").ok) {
  console.log(`skipped: this machine has no Go; 1.26 or newer checks ${MODULES.join(", ")}`);
} else {
  const unformatted = go("gofmt", "-l", ...MODULES);
  if (!unformatted.ok || unformatted.output !== "") {
    console.log(`gofmt would change:\n${unformatted.output}`);
    process.exitCode = 1;
  }
  for (const module of MODULES) {
    const vetted = go("go", "-C", module, "vet", "./...");
    if (vetted.ok) continue;
    console.log(`go vet in ${module}:\n${vetted.output}`);
    process.exitCode = 1;
  }
}
