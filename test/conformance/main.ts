// `make conformance`: judges the worker that WORKER names, or those of every language, and prints one table.
import { judge } from "./judge.ts";
import { table } from "./table.ts";
import { languages, type Language } from "./workers.ts";

const [given = ""] = process.argv.slice(2);
const columns: readonly Language[] = given === "" ? languages : [{ name: "worker", command: () => given }];
// Before anything is judged, for building one may take a minute in which nothing else is looked at.
const started = columns.map(({ name, command }) => {
  try {
    return { name, command: command() };
  } catch {
    // Whoever could not build it has said why on standard error.
    console.error(`The worker in ${name} cannot be had. WORKER="command" judges one of yours alone.`);
    process.exit(1);
  }
});
process.stderr.write(`judging ${columns.map(({ name }) => name).join(", ")}: half a minute …\n`);
// All at once: a case is waiting for an ack wait or a back-off most of the time.
const judged = await Promise.all(
  started.map(async ({ name, command }) => ({ name, verdicts: await judge(command) })),
);
const { lines, failures } = table(judged);
for (const line of lines) console.log(line);
process.exit(failures === 0 ? 0 : 1);
