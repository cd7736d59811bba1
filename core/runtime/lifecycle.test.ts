import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";

const lifecycle = new URL("lifecycle.ts", import.meta.url).href;
const config = new URL("config.ts", import.meta.url).href;

/** Runs a small program under `run`; `signals` are sent one after the other, each when the program has printed one more line. */
async function program(body: string, signals: NodeJS.Signals[] = []) {
  const source = `import { run } from "${lifecycle}"; import { ConfigError } from "${config}"; const alive = setInterval(() => {}, 1000); ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const left = [...signals];
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
    const signal = left.shift();
    if (signal) child.kill(signal);
  });
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

it("stops what it started on SIGTERM and exits 0", async () => {
  const body = `await run({ start: async () => (console.log("up"), 7), stop: async (x) => console.log("down", x) });`;
  expect(await program(body, ["SIGTERM"])).toMatchObject({ code: 0, out: "up\ndown 7\n" });
});

it("exits at once on the second signal", async () => {
  const body = `await run({ start: async () => console.log("up"), stop: () => (console.log("down"), new Promise(() => {})) });`;
  expect(await program(body, ["SIGINT", "SIGINT"])).toMatchObject({ code: 130 });
});

it("can be stopped while it still starts", async () => {
  const start = `(signal) => new Promise((_, no) => (console.log("up"), signal.addEventListener("abort", () => no(signal.reason))))`;
  expect(await program(`await run({ start: ${start}, stop: async () => {} });`, ["SIGTERM"])).toMatchObject({
    code: 0,
  });
});

it("shows a configuration error in its own words, without a stack, and exits 1", async () => {
  const body = `await run({ start: async () => { throw new ConfigError("PORT: is not set") }, stop: async () => {} });`;
  expect(await program(body)).toMatchObject({ code: 1, err: "PORT: is not set\n" });
});

it("exits 1 on a rejection that nobody handles", async () => {
  const body = `await run({ start: async () => { Promise.reject(new Error("lost")) }, stop: async () => {} });`;
  const { code, err } = await program(body);
  expect(code).toBe(1);
  expect(err).toContain("lost");
});

it("exits 1 when stopping takes too long", async () => {
  const body = `await run({ start: async () => console.log("up"), stop: () => new Promise(() => {}), stopLimitMs: 20 });`;
  const { code, err } = await program(body, ["SIGTERM"]);
  expect(code).toBe(1);
  expect(err).toContain("longer than 20 ms");
});
