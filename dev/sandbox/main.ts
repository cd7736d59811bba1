import { startSandbox } from "./sandbox.ts";

// The sandbox as a process of its own: configured by the environment, one line of JSON when it listens, gone on SIGTERM.

const { env } = process;

const sandbox = await startSandbox({
  port: readPort(env["SANDBOX_PORT"]),
  host: env["SANDBOX_HOST"] || "127.0.0.1",
  ...(env["SANDBOX_API_KEY"] && { apiKey: env["SANDBOX_API_KEY"] }),
  ...(env["SANDBOX_SIGNING_KEY"] && { signingKey: env["SANDBOX_SIGNING_KEY"] }),
  ...(env["SANDBOX_WEBHOOK_URL"] && { webhookUrl: env["SANDBOX_WEBHOOK_URL"] }),
});

process.stdout.write(`${JSON.stringify({ listening: sandbox.url })}\n`);

let draining = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (draining) process.exit(1);
    draining = true;
    void sandbox.drain().then(() => process.exit(0));
  });
}

function readPort(value: string | undefined): number {
  const port = Number(value ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  process.stderr.write(`SANDBOX_PORT must be a port number from 0 to 65535, not ${value}\n`);
  process.exit(2);
}
