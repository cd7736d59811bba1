import { expect, test } from "vitest";
import { control, message, openSandbox, post } from "./test-support.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;

test("hostile subjects, names, tags and variables are shown as text", async () => {
  const sandbox = await openSandbox();
  await post(
    sandbox,
    message({
      subject: HOSTILE,
      to: `"${HOSTILE.replaceAll('"', "'")}" <ada@example.com>`,
      "o:tag": HOSTILE,
      "v:x": HOSTILE,
      "h:X-Y": HOSTILE,
      text: HOSTILE,
    }),
  );
  for (const path of [
    "/",
    "/mail/1",
    `/?q=${encodeURIComponent(HOSTILE)}`,
    `/?tag=${encodeURIComponent(HOSTILE)}`,
  ]) {
    const page = await (await fetch(sandbox.url + path)).text();
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain("<img src=x");
  }
});

test("a mail's HTML is shown in a frame that can run nothing and load nothing", async () => {
  const sandbox = await openSandbox();
  await post(
    sandbox,
    message({ html: `<h1>Storm</h1><script>parent.location="http://evil.example"</script>` }),
  );
  const answer = await fetch(`${sandbox.url}/mail/1`);
  const page = await answer.text();
  const frame = /<iframe\s[^>]*>/.exec(page)?.[0] ?? "";
  expect(frame).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(frame).toContain("Content-Security-Policy");
  expect(frame).toContain("&lt;h1&gt;Storm");
  expect(answer.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
  expect(answer.headers.get("content-security-policy")).not.toMatch(/script-src/);
});

test("the list can be searched by address, subject and tag", async () => {
  const sandbox = await openSandbox();
  await post(sandbox, message({ to: "ada@example.com", subject: "Storm", "o:tag": "b-1" }));
  await post(sandbox, message({ to: "bob@example.com", subject: "Flood", "o:tag": "b-2" }));
  const find = async (search: string) =>
    [...(await (await fetch(`${sandbox.url}/?${search}`)).text()).matchAll(/href="\/mail\/(\d+)"/g)].map(
      ([, seq]) => seq,
    );
  expect(await find("")).toEqual(["2", "1"]);
  expect(await find("q=ADA@")).toEqual(["1"]);
  expect(await find("q=flood")).toEqual(["2"]);
  expect(await find("q=b-1")).toEqual(["1"]);
  expect(await find("tag=b-2")).toEqual(["2"]);
  expect(await find("before=2")).toEqual(["1"]);
});

test("an unsubscribe link changes nothing until its button is pressed", async () => {
  const sandbox = await openSandbox();
  await post(sandbox, message());
  await fetch(`${sandbox.url}/unsubscribe/1`);
  expect(sandbox.stats().suppressions).toBe(0);
  await fetch(`${sandbox.url}/unsubscribe/1`, { method: "POST" });
  expect((await control(sandbox, "mails/1")).events.at(-1)).toMatchObject({ event: "unsubscribed" });
  expect(sandbox.stats().suppressions).toBe(1);
});
