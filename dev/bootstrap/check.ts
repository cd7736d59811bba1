// `make check`: every step runs, whatever the others say; the failed ones are listed at the end.
// `make check STEP=types` runs those whose name contains "types".
import { spawnSync } from "node:child_process";
import { ROOT } from "./tools.ts";

type Step = { name: string; command: readonly string[]; mend?: string };

const STEPS: readonly Step[] = [
  { name: "format", command: ["oxfmt", "--check"], mend: "make format" },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types", command: ["tsc", "-p", "tsconfig.json"] },
  { name: "types: console", command: ["tsc", "-p", "services/console/tsconfig.json"] },
  { name: "contracts: lint", command: ["buf", "lint"] },
  { name: "contracts: format", command: ["buf", "format", "--diff", "--exit-code"], mend: "make format" },
  { name: "contracts: compatible with main", command: ["node", "dev/bootstrap/breaking.ts"] },
  {
    name: "contracts: generated code",
    command: ["node", "dev/bootstrap/gen.ts", "--check"],
    mend: "make gen",
  },
  { name: "contracts: catalogue", command: ["node", "dev/catalogue/main.ts", "--check"], mend: "make docs" },
  {
    name: "contracts: the broker's users",
    command: ["node", "dev/nats-config/main.ts", "--check"],
    mend: "make nats-config",
  },
  { name: "python: lint", command: ["dev/bootstrap/python", "-m", "ruff", "check"] },
  {
    name: "python: format",
    command: ["dev/bootstrap/python", "-m", "ruff", "format", "--check"],
    mend: "make format",
  },
  { name: "go: format and vet", command: ["node", "dev/bootstrap/check-go.ts"], mend: "make format" },
  { name: "documents: links", command: ["node", "dev/bootstrap/check-links.ts"] },
];
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** Runs one step and prints its line; its output follows when it failed or was skipped. */
function passes({ name, command, mend }: Step): boolean {
  const startedAt = performance.now();
  const [program = "", ...args] = command;
  const result = spawnSync(program, args, { cwd: ROOT, encoding: "utf8", maxBuffer: OUTPUT_MAX_BYTES });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const ok = result.status === 0;
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`.trim();
  const skipped = ok && /^skipped: (.*)$/m.exec(output);
  console.log(
    `${ok ? "ok  " : "FAIL"} ${name.padEnd(34)} ${seconds.padStart(5)} s${skipped ? `  (${skipped[0]})` : ""}`,
  );
  if (ok) return true;
  console.log(output.replaceAll(/^/gm, "     "));
  if (mend) console.log(`     mend it with: ${mend}`);
  return false;
}

const wanted = process.argv[2] ?? "";
const steps = STEPS.filter(({ name }) => name.includes(wanted));
if (steps.length === 0) {
  console.error(`no step is called "${wanted}"; there are: ${STEPS.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const failed = steps.filter((step) => !passes(step)).map(({ name }) => name);
console.log(
  failed.length === 0
    ? "check: all well"
    : `check: ${failed.length} of ${steps.length} failed: ${failed.join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);
