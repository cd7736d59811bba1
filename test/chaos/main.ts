// `make chaos`: breaks everything at random for CHAOS_MINUTES (10) under load, and checks every mail. CHAOS_SEED plays the same faults again;
// CHAOS_SHORT=1 is the round of the tests. CHAOS_REPORT=1 keeps a record of the run and writes docs/reliability.md; CHAOS_REPORT=page
// only writes that again.
import { recordOf, writeRecord } from "./record.ts";
import { writeReport } from "./report.ts";
import { lastLine, passed } from "./result-line.ts";
import { runChaos } from "./run.ts";
import { readSettings, shortSettings } from "./settings.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

try {
  if (process.env["CHAOS_REPORT"] === "page") {
    console.log(`written: ${writeReport().join(", ")}`);
    process.exit(0);
  }
  const wanted = readSettings(process.env);
  const settings = process.env["CHAOS_SHORT"] === "1" ? shortSettings(wanted.seed) : wanted;
  console.log(
    `chaos: seed ${settings.seed}, ${settings.minutes} minutes (CHAOS_SEED=${settings.seed} plays it again)`,
  );
  const result = await runChaos(settings, (line) => console.log(line));
  if (settings.report) {
    const record = writeRecord(recordOf(result));
    console.log(`written: ${[record, ...writeReport()].join(", ")}`);
  }
  for (const violation of result.violations) console.log(`violation: ${violation}`);
  if (result.violations.length > 0) console.log(`logs and rows: ${result.directory}`);
  console.log(lastLine(result));
  process.exit(passed(result) ? 0 : 1);
} catch (error) {
  console.error(`chaos failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}
