// A parent for guardian.test.ts to kill: starts what a stack starts, says what that was, and waits for its end.
import { dirname } from "node:path";
import { startNats } from "./nats.ts";
import { startPostgres } from "./postgres.ts";
import { startProcess } from "./process.ts";

const postgres = await startPostgres();
const nats = await startNats();
const family = await startProcess({
  name: "family",
  command: "sh",
  // A child of the child, which ignores polite requests.
  args: ["-c", 'trap "" TERM; sleep 600 & echo "grandchild $!"; wait'],
  readyLine: (line) => /^grandchild (\d+)$/.exec(line)?.[1],
});
// A process that is stopped cannot react to anything, yet must go too.
family.pause();

const pids = [postgres.pid, nats.pid, family.pid, Number(family.address)];
const directories = [postgres.dataDirectory, nats.storeDir].map((path) => dirname(path ?? ""));
console.log(JSON.stringify({ pids, directories }));
setInterval(() => undefined, 60_000);
