import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { DOMAIN, control, message, openSandbox, post, until } from "./test-support.ts";

describe("the control API", () => {
  test("a second try of a delivery is a duplicate, another delivery is none", async () => {
    const sandbox = await openSandbox();
    for (const rid of ["d-1/1", "d-1/2", "d-2/1", undefined]) await post(sandbox, message({ "v:rid": rid }));
    expect(await control(sandbox, "stats")).toMatchObject({
      accepted: 4,
      distinctRids: 3,
      withoutRid: 1,
      deliveries: 2,
      duplicates: 1,
    });
  });

  test("pages through the mails, filtered, as JSON and as lines", async () => {
    const sandbox = await openSandbox();
    const to = Array.from({ length: 25 }, (_, nth) => `c${nth}@example.com`);
    await post(sandbox, message({ to, "o:tag": "b-1" }));
    await post(sandbox, message({ to: "z@example.com", "o:tag": "b-2", "v:rid": "d/1" }));
    const first = await control(sandbox, "mails?tag=b-1&limit=20");
    expect(first).toMatchObject({ next: 20, items: { length: 20 } });
    const second = await control(sandbox, `mails?tag=b-1&limit=20&after=${first.next}`);
    expect(second).toMatchObject({ next: null, items: { length: 5 } });
    expect((await control(sandbox, "mails?rid=d/1")).items).toMatchObject([
      { seq: 26, recipient: "z@example.com", tags: ["b-2"] },
    ]);
    expect((await control(sandbox, "mails?to=C24@")).items).toHaveLength(1);
    const lines = await (await fetch(`${sandbox.url}/_sandbox/mails?format=ndjson`)).text();
    expect(
      lines
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { recipient: string }).recipient),
    ).toEqual([...to, "z@example.com"]);
  });

  test("a reset forgets mails, faults, suppressions and settings", async () => {
    const sandbox = await openSandbox();
    await control(sandbox, "config", { deniedDomains: [DOMAIN] });
    await control(sandbox, "reset", {});
    await post(sandbox, message({ to: "bounce@x.com", "v:rid": "d/1" }));
    await until("it bounced", () => sandbox.stats().suppressions === 1);
    await control(sandbox, "reset", {});
    expect(sandbox.stats()).toMatchObject({
      accepted: 0,
      distinctRids: 0,
      deliveries: 0,
      suppressions: 0,
      undelivered: 0,
      events: {},
      tags: {},
    });
    await post(sandbox, message());
    await until("it is delivered", () => sandbox.stats().events["delivered"] === 1);
    expect(await control(sandbox, "mails/1")).toMatchObject({ seq: 1, subject: "Storm" });
  });

  test("an unknown setting is refused by name", async () => {
    const sandbox = await openSandbox();
    expect((await control(sandbox, "config", { eventLag: 3 })).message).toMatch(
      /^no such setting: eventLag; there are latencyMs, /,
    );
    expect((await control(sandbox, "config", { eventLagMs: "3" })).message).toBe("eventLagMs must be like 0");
  });
});

test("as a process of its own it says where it listens and goes on SIGTERM", async () => {
  const child = spawn(process.execPath, ["dev/sandbox/main.ts"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { listening } = JSON.parse(line) as { listening: string };
  expect(await (await fetch(`${listening}/_sandbox/stats`)).json()).toMatchObject({ accepted: 0 });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
