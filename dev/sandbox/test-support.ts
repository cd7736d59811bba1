import { onTestFinished } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "./sandbox.ts";

export const DOMAIN = "agency.example.com";

/** A sandbox for one test. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export function authorization(key = "key-test"): string {
  return `Basic ${Buffer.from(`api:${key}`).toString("base64")}`;
}

/** A good message; a field set to undefined is left out. */
export function message(changes: Record<string, string | string[] | undefined> = {}): URLSearchParams {
  const fields = {
    from: "Agency <hi@agency.example.com>",
    to: "ada@example.com",
    subject: "Storm",
    text: "It comes.",
    ...changes,
  };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) form.append(name, one);
  }
  return form;
}

export function post(
  sandbox: Sandbox,
  body: URLSearchParams,
  key?: string,
  domain = DOMAIN,
): Promise<Response> {
  return fetch(`${sandbox.url}/v3/${domain}/messages`, {
    method: "POST",
    headers: { authorization: authorization(key) },
    body,
  });
}

// Answers are read as whatever they are: the assertions say what they must be.
// oxlint-disable-next-line typescript/no-explicit-any
export async function control(sandbox: Sandbox, path: string, body?: unknown): Promise<any> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return (await fetch(`${sandbox.url}/_sandbox/${path}`, init)).json();
}

/** Waits for a condition, five seconds at most. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
