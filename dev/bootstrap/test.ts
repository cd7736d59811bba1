// `make test`: vitest, and "N passed, N failed" as the last line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countTests } from "./test-count.ts";
import type { VitestReport } from "./test-count.ts";
import { ROOT } from "./tools.ts";

// One report per run, so that two runs at once do not read each other's.
const scratch = mkdtempSync(join(tmpdir(), "fanfare-test-"));
const file = join(scratch, "report.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];

const run = spawnSync("vitest", ["run", ...reporters, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: "inherit",
});
const { passed, failed, notes } = countTests(readReport(), run.status);
rmSync(scratch, { recursive: true, force: true });
for (const note of notes) console.log(note);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function readReport(): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}
