// `make conformance`: judges the worker that WORKER names, or those of every language, and prints one table.
import { cpus } from "node:os";
import { judge, type Verdict } from "./judge.ts";
import { table } from "./table.ts";
import { languages, type Language } from "./workers.ts";

const [given = ""] = process.argv.slice(2);
const columns: readonly Language[] = given === "" ? languages : [{ name: "worker", command: () => given }];
// Workers wait more than they compute; a core for each keeps their ack waits honest.
const atOnce = Math.max(1, Math.min(columns.length, cpus().length));

const verdicts = new Map<string, Verdict[]>();
const waiting = [...columns];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, command } = next;
      process.stderr.write(`judging ${name} …\n`);
      verdicts.set(name, await judge(command()));
    }
  }),
);
const { lines, failures } = table(columns.map(({ name }) => ({ name, verdicts: verdicts.get(name) ?? [] })));
for (const line of lines) console.log(line);
process.exit(failures === 0 ? 0 : 1);
