import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { startProcess } from "./process.ts";
import type { Env, Exit, ManagedProcess } from "./process.ts";
import { PROJECT_DIRECTORY } from "./user-cache.ts";

export const SERVICE_NAMES = ["api", "listSender", "customerSender", "scheduler"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The directory of each service, and the variable that sets its port. */
const SERVICES: Record<ServiceName, { directory: string; portVariable: string }> = {
  api: { directory: "services/api", portVariable: "FANFARE_PORT" },
  listSender: { directory: "services/list-sender", portVariable: "FANFARE_HEALTH_PORT" },
  customerSender: { directory: "services/customer-sender", portVariable: "FANFARE_HEALTH_PORT" },
  scheduler: { directory: "services/scheduler", portVariable: "FANFARE_HEALTH_PORT" },
};

const ordinary = ["--max-semi-space-size=8", "--heap-growing-percent=100", "--max-old-space-size=256"];

/** V8's flags of each program, by directory; as in deploy/Dockerfile, which says why, and a test compares. */
export const NODE_FLAGS: Readonly<Record<string, readonly string[]>> = {
  "services/api": [
    "--v8-pool-size=1",
    "--max-semi-space-size=16",
    "--heap-growing-percent=100",
    "--max-old-space-size=256",
  ],
  "services/list-sender": ["--max-semi-space-size=4", "--max-old-space-size=128"],
  "services/customer-sender": [
    "--max-semi-space-size=32",
    "--heap-growing-percent=100",
    "--max-old-space-size=256",
  ],
  "services/scheduler": ordinary,
  "services/webhook-sender": ordinary,
};

/** What all our programs need to know to be started and shown. */
export type LaunchOptions = {
  env: Env;
  /** 0: any free one. */
  port: number;
  logDirectory: string;
  echo: boolean;
  onUnexpectedExit?: (name: string, exit: Exit) => void;
};

/** Starts the n-th instance of a service. Its address is the URL of its HTTP port; a restart listens there again. */
export function startService(
  service: ServiceName,
  instance: number,
  options: LaunchOptions,
): Promise<ManagedProcess> {
  const { directory, portVariable } = SERVICES[service];
  const plain = directory.replace("services/", "");
  return startProgram(
    instance === 1 ? plain : `${plain}-${instance}`,
    `${directory}/main.ts`,
    portVariable,
    options,
  );
}

/** Starts the stand-in for Mailgun and Kickbox. */
export function startSandbox(options: LaunchOptions): Promise<ManagedProcess> {
  return startProgram("sandbox", "dev/sandbox/main.ts", "SANDBOX_PORT", options);
}

/** Starts the sender of outgoing webhooks. Nothing waits for it, so it is no part of every stack. */
export function startWebhookSender(options: LaunchOptions): Promise<ManagedProcess> {
  return startProgram("webhook-sender", "services/webhook-sender/main.ts", "FANFARE_HEALTH_PORT", options);
}

async function startProgram(
  name: string,
  main: string,
  portVariable: string,
  options: LaunchOptions,
): Promise<ManagedProcess> {
  if (!existsSync(join(PROJECT_DIRECTORY, main)))
    throw new Error(`${name} cannot start: this checkout has no ${main}`);
  const { onUnexpectedExit } = options;
  return startProcess({
    name,
    // The Node that runs us is the pinned one.
    command: process.execPath,
    args: [...(NODE_FLAGS[dirname(main)] ?? []), main],
    cwd: PROJECT_DIRECTORY,
    env: (lastAddress) => ({
      ...options.env,
      [portVariable]: lastAddress === undefined ? `${options.port}` : new URL(lastAddress).port,
    }),
    readyLine: listeningUrl,
    logFile: join(options.logDirectory, `${name}.log`),
    echo: options.echo,
    ...(onUnexpectedExit && { onUnexpectedExit: (exit: Exit) => onUnexpectedExit(name, exit) }),
  });
}

/** The URL in `{"listening":"http://…"}` (the sandbox) or `{"msg":"listening","url":"http://…"}` (the services). */
export function listeningUrl(line: string): string | undefined {
  if (!line.startsWith("{") || !line.includes("listening")) return undefined;
  try {
    const said = JSON.parse(line) as { listening?: unknown; msg?: unknown; url?: unknown };
    if (typeof said.listening === "string") return said.listening;
    return said.msg === "listening" && typeof said.url === "string" ? said.url : undefined;
  } catch {
    return undefined;
  }
}
