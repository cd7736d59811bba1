// `make up`: the whole of Fanfare on this machine, until Ctrl-C.
import { setTimeout as wait } from "node:timers/promises";
import { buildConsole } from "./build-console.ts";
import type { Exit, ManagedProcess } from "./process.ts";
import { freePort } from "./ports.ts";
import { EXPORT_STORE, startExporter } from "./exporter.ts";
import { makePeople, type People } from "./people.ts";
import { startReporter } from "./reporter.ts";
import { startWebhookSender } from "./services.ts";
import { startStack } from "./stack.ts";
import type { Stack } from "./stack.ts";

const API_PORT = 8080;
const SANDBOX_PORT = 8025;
const NATS_PORT = 4222;
const REPORTER_PORT = 8090;
/** A service that cannot live is not started for ever. */
const RESTARTS_MAX = 20;
const RESTART_DELAY_MS = 1_000;
const STOP_LIMIT_MS = 5_000;

let stack: Stack | undefined;
let restarts = 0;

/** A service that ends by itself, or by someone's kill, comes back, as it would in production. */
async function bringBack(name: string, exit: Exit, own?: ManagedProcess): Promise<void> {
  console.log(
    `${name} ended (${exit.signal ?? `exit code ${exit.code}`}); its log is ${stack?.logDirectory}/${name}.log`,
  );
  if (restarts++ >= RESTARTS_MAX)
    return console.log(`${name} stays down: ${RESTARTS_MAX} restarts are enough`);
  await wait(RESTART_DELAY_MS);
  const all = [own, ...(stack === undefined ? [] : [stack.sandbox, ...Object.values(stack.services).flat()])];
  const ended = all.find((each) => each?.name === name);
  if (stopping || ended === undefined || ended.running) return;
  await ended.restart().then(
    () => console.log(`${name} is back at ${ended.address}`),
    (error: unknown) =>
      console.log(`${name} does not come back: ${error instanceof Error ? error.message : String(error)}`),
  );
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

function signIns({ admin, operator }: People): string {
  return table([
    ["admin of Storm Insurance", `${admin.email}, password: ${admin.password}`],
    ["operator of the platform", `${operator.email}, password: ${operator.password}`],
  ]);
}

function addresses(up: Stack): string {
  const services = Object.values(up.services).flat();
  return table([
    ["api, console", up.apiUrl],
    ["inbox", up.sandboxUrl],
    ...services
      .filter(({ name }) => name !== "api")
      .map(({ name, address }) => [name, address ?? ""] as const),
    ["PostgreSQL", up.databaseUrl],
    ["NATS", up.natsUrl],
    ...(up.nats.monitorUrl === undefined ? [] : [["NATS monitor", up.nats.monitorUrl] as const]),
    ["operator key", up.operatorKey],
    ["logs", up.logDirectory],
  ]);
}

/** Reports are a luxury: the stack is up without them, and on a fresh machine their packages come meanwhile. Answers how to stop it. */
function runReporter(up: Stack): () => Promise<void> {
  const starting = freePort(REPORTER_PORT).then((port) =>
    startReporter(up, { port, echo: process.argv.includes("--logs") }),
  );
  starting.then(
    ({ address }) => console.log(`reporter ${address}; a blast's report_url says where its report is`),
    (error: unknown) => {
      if (!stopping) console.log(`no reports: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  // One that still installs is not waited for; the guardian ends it with us.
  return () =>
    Promise.race([starting.then((running) => running.stop()).catch(() => undefined), wait(STOP_LIMIT_MS)]);
}

/** Likewise: exports that are asked for meanwhile wait on their queue. */
function runExporter(up: Stack): () => Promise<void> {
  const starting = startExporter(up, { echo: process.argv.includes("--logs") });
  starting.then(
    ({ address }) => console.log(`exporter ${address}`),
    (error: unknown) => {
      if (!stopping) console.log(`no exports: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  return () =>
    Promise.race([starting.then((running) => running.stop()).catch(() => undefined), wait(STOP_LIMIT_MS)]);
}

/** Facts to agencies' end points. It comes back by itself when it dies, as often as the others. Answers how to stop it. */
function runWebhookSender(up: Stack): () => Promise<void> {
  const echo = process.argv.includes("--logs");
  const starting = startWebhookSender({
    env: up.env,
    port: 0,
    logDirectory: up.logDirectory,
    echo,
    onUnexpectedExit: (name, exit) => void starting.then((ended) => bringBack(name, exit, ended)),
  });
  starting.then(
    ({ address }) => console.log(`webhook-sender ${address}`),
    (error: unknown) => {
      if (!stopping) console.log(`no webhooks: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  return () => starting.then((running) => running.stop()).catch(() => undefined);
}

let stopping = false;
const asked = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The second Ctrl-C means it: the guardian clears up after us.
    if (stopping) process.exit(130);
    stopping = true;
    asked.resolve();
  });
}

try {
  const consoleDirectory = await buildConsole();
  const starting = startStack({
    serviceEnv: { api: { FANFARE_CONSOLE_DIR: consoleDirectory, FANFARE_EXPORT_STORE: EXPORT_STORE } },
    apiPort: Number(process.env["FANFARE_PORT"] ?? API_PORT),
    sandboxPort: SANDBOX_PORT,
    // The port that every NATS client tries by itself.
    nats: { port: await freePort(NATS_PORT) },
    echo: process.argv.includes("--logs"),
    onProgress: (what) => console.log(`${what} …`),
    onUnexpectedExit: (name, exit) => void bringBack(name, exit),
  });
  stack = await Promise.race([starting, asked.promise.then(() => undefined)]);
  if (stack !== undefined) {
    const people = await makePeople(stack.apiUrl, stack.operatorKey);
    console.log(`\nFanfare is up. Ctrl-C stops it.\n\n${addresses(stack)}\n`);
    console.log(`Sign in to the console at ${stack.apiUrl} as\n\n${signIns(people)}\n`);
    const reporting = runReporter(stack);
    const posting = runWebhookSender(stack);
    // A worker that somebody writes for the same queue would share it with ours.
    const exporting = process.argv.includes("--without=exporter") ? async () => {} : runExporter(stack);
    // A pending promise keeps no process alive; the children do.
    await asked.promise;
    console.log("\nstopping …");
    await Promise.all([reporting(), posting(), exporting()]);
    await stack.stop();
    console.log("stopped");
  }
  process.exit(0);
} catch (error) {
  console.error(`\nFanfare did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
