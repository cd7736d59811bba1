import Mailgun from "mailgun.js";
import { describe, expect, test } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { DOMAIN, authorization, control, message, openSandbox, post, until } from "./test-support.ts";

function clientOf(sandbox: Sandbox, key = "key-test") {
  return new Mailgun(FormData).client({ username: "api", key, url: sandbox.url, timeout: 5_000 });
}

const delivered = (sandbox: Sandbox) =>
  until("all mails are delivered", () => sandbox.stats().undelivered === 0);

describe("mailgun.js against the sandbox", () => {
  test("sends a batch whose mails differ by recipient", async () => {
    const sandbox = await openSandbox();
    const answer = await clientOf(sandbox).messages.create(DOMAIN, {
      from: "Agency <hi@agency.example.com>",
      to: ["Ada Lovelace <ada@example.com>", "bob@example.com", "ADA@example.com"],
      subject: "Hello %recipient.first%",
      html: "<p>%recipient.first%, %recipient.missing% %recipient%</p>",
      text: "Leave: %unsubscribe_url%",
      "recipient-variables": JSON.stringify({
        "ada@example.com": { first: "Ada", rid: "d-1/1" },
        "bob@example.com": { first: "Bob & co", rid: "d-2/1" },
      }),
      "v:rid": "%recipient.rid%",
      "v:blast": "b-1",
      "h:X-First": "%recipient.first%",
      "h:Message-Id": "<batch-1@agency.example.com>",
      "o:tag": ["storm", "b-1"],
    });
    expect(answer).toMatchObject({
      status: 200,
      id: "<batch-1@agency.example.com>",
      message: "Queued. Thank you.",
    });
    expect(await control(sandbox, "mails/2")).toMatchObject({
      id: "batch-1@agency.example.com",
      recipient: "bob@example.com",
      to: "bob@example.com",
      subject: "Hello Bob & co",
      html: "<p>Bob & co, %recipient.missing% bob@example.com</p>",
      text: `Leave: ${sandbox.url}/unsubscribe/2`,
      headers: [
        ["X-First", "Bob & co"],
        ["Message-Id", "<batch-1@agency.example.com>"],
      ],
      variables: { rid: "d-2/1", blast: "b-1" },
      tags: ["storm", "b-1"],
    });
    expect(sandbox.stats()).toMatchObject({
      accepted: 2,
      distinctRids: 2,
      duplicates: 0,
      tags: { storm: 2 },
    });
  });

  test("reads events page by page, filtered", async () => {
    const sandbox = await openSandbox();
    const client = clientOf(sandbox);
    const to = Array.from({ length: 7 }, (_, nth) => `c${nth}@example.com`);
    const { id = "" } = await client.messages.create(DOMAIN, {
      from: "a@agency.example.com",
      to,
      subject: "s",
      text: "t",
      "o:tag": "x",
    });
    await delivered(sandbox);
    const query = {
      "message-id": id.replace(/[<>]/g, ""),
      event: "delivered",
      limit: 3,
      ascending: "yes" as const,
    };
    const seen: string[] = [];
    let page = await client.events.get(DOMAIN, { begin: "0", ...query });
    for (; page.items.length > 0; page = await client.events.get(DOMAIN, { page: page.pages.next.page })) {
      seen.push(...page.items.map((item) => item.recipient));
    }
    expect(seen).toEqual(to);
    const back = await client.events.get(DOMAIN, { page: page.pages.previous.page });
    expect(back.items.map((item) => item.recipient)).toEqual(to.slice(-3));
    const none = await client.events.get("other.example.com", query);
    expect(none.items).toEqual([]);
  });

  test("finds a mail by its user variables", async () => {
    const sandbox = await openSandbox();
    await post(sandbox, message({ "v:rid": "d-9/2" }));
    const query = new URLSearchParams({
      "user-variables": '{"rid":"d-9/2"}',
      event: "accepted OR delivered",
    });
    const url = `${sandbox.url}/v3/${DOMAIN}/events?${query.toString()}`;
    const { items } = (await (await fetch(url, { headers: { authorization: authorization() } })).json()) as {
      items: unknown[];
    };
    expect(items.at(-1)).toMatchObject({
      event: "accepted",
      recipient: "ada@example.com",
      "user-variables": { rid: "d-9/2" },
    });
  });

  test("reads logs by token", async () => {
    const sandbox = await openSandbox();
    const client = clientOf(sandbox);
    for (const nth of [1, 2, 3])
      await post(sandbox, message({ "o:tag": "b-7", "v:rid": `d-${nth}/1`, to: `c${nth}@example.com` }));
    await post(sandbox, message({ "o:tag": "b-8" }));
    const query = {
      start: new Date(Date.now() - 60_000),
      end: new Date(Date.now() + 60_000),
      events: ["accepted"],
      filter: { AND: [{ attribute: "tag", comparator: "=", values: [{ label: "b-7", value: "b-7" }] }] },
      include_totals: true,
    };
    const first = await client.logs.list({ ...query, pagination: { sort: "timestamp:asc", limit: 2 } });
    expect(first.items.map((item) => item["user-variables"])).toEqual(['{"rid":"d-1/1"}', '{"rid":"d-2/1"}']);
    expect(first.pagination.total).toBe(3);
    const second = await client.logs.list({
      ...query,
      pagination: { sort: "timestamp:asc", limit: 2, token: first.pagination.next! },
    });
    expect(second.items).toHaveLength(1);
    expect(second.items[0]).toMatchObject({
      event: "accepted",
      recipient: "c3@example.com",
      domain: { name: DOMAIN },
    });
    expect(second.pagination.next).toBeUndefined();
  });

  test("events stay unseen for as long as the lag", async () => {
    const sandbox = await openSandbox();
    await control(sandbox, "config", { eventLagMs: 3_600_000 });
    await post(sandbox, message());
    await delivered(sandbox);
    const client = clientOf(sandbox);
    expect((await client.events.get(DOMAIN, {})).items).toEqual([]);
    await control(sandbox, "config", { eventLagMs: 0 });
    expect((await client.events.get(DOMAIN, {})).items.map((item) => item.event)).toEqual([
      "delivered",
      "accepted",
    ]);
  });

  test("keeps suppressions, by hand and by bounce, and does not deliver to them", async () => {
    const sandbox = await openSandbox();
    const client = clientOf(sandbox);
    await client.suppressions.create(DOMAIN, "unsubscribes", { address: "Ada@example.com" });
    await post(sandbox, message({ to: ["bounce-1@example.com", "complain@example.com"] }));
    await delivered(sandbox);
    expect((await client.suppressions.list(DOMAIN, "bounces")).items).toMatchObject([
      { address: "bounce-1@example.com", code: 550 },
    ]);
    expect(await client.suppressions.get(DOMAIN, "complaints", "complain@example.com")).toMatchObject({
      address: "complain@example.com",
    });
    await post(sandbox, message({ to: ["ada@example.com", "bounce-1@example.com"] }));
    await delivered(sandbox);
    expect((await control(sandbox, "mails/3")).events[1]).toMatchObject({
      event: "failed",
      severity: "permanent",
      reason: "suppress-unsubscribe",
    });
    expect((await control(sandbox, "mails/4")).events[1]).toMatchObject({
      event: "failed",
      reason: "suppress-bounce",
    });
    await client.suppressions.destroy(DOMAIN, "bounces", "bounce-1@example.com");
    await expect(client.suppressions.get(DOMAIN, "bounces", "bounce-1@example.com")).rejects.toMatchObject({
      status: 404,
    });
  });

  test("a wrong key is forbidden", async () => {
    const sandbox = await openSandbox({ apiKey: "right" });
    const send = clientOf(sandbox, "left").messages.create(DOMAIN, {
      from: "a@x.com",
      to: "b@x.com",
      subject: "s",
      text: "t",
    });
    await expect(send).rejects.toMatchObject({ status: 401 });
  });
});

describe("the messages endpoint", () => {
  test.each([
    ["from parameter is missing", { from: undefined }],
    ["from parameter is not a valid address. please check documentation", { from: "Agency" }],
    ["to parameter is missing", { to: undefined }],
    [
      "to parameter is not a valid address. please check documentation",
      { to: ["ada@example.com", "ada@parabol"] },
    ],
    ["cc parameter is not a valid address. please check documentation", { cc: "x" }],
    ["subject parameter is missing", { subject: undefined }],
    ["Need at least one of 'text' or 'html' parameters specified", { text: undefined }],
    [
      "Too many recipients; max is 1000",
      { to: Array.from({ length: 1001 }, (_, nth) => `c${nth}@example.com`) },
    ],
    [
      "Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total",
      { "v:big": "x".repeat(16 * 1024) },
    ],
    ["recipient-variables parameter is not a valid JSON object of objects", { "recipient-variables": "{" }],
  ])("answers «%s» and accepts nothing", async (text, changes) => {
    const sandbox = await openSandbox();
    const answer = await post(sandbox, message(changes));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ message: text });
    expect(sandbox.stats().accepted).toBe(0);
  });

  test("does not know some domains", async () => {
    const sandbox = await openSandbox();
    await control(sandbox, "config", { deniedDomains: ["gone.example.com"] });
    for (const domain of ["unknown.example.com", "gone.example.com"]) {
      const answer = await post(sandbox, message(), "k", domain);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ message: `Domain not found: ${domain}` });
    }
  });

  test("shows all recipients to each when there are no recipient variables", async () => {
    const sandbox = await openSandbox();
    await post(sandbox, message({ to: "a@x.com, Bob <b@x.com>", bcc: "c@x.com" }));
    expect(await control(sandbox, "mails/1")).toMatchObject({ to: "a@x.com, Bob <b@x.com>" });
    expect(sandbox.stats().accepted).toBe(3);
  });

  test("accepts in test mode and delivers nothing", async () => {
    const sandbox = await openSandbox();
    await control(sandbox, "config", { deliveryDelayMs: 0 });
    await post(sandbox, message({ "o:testmode": "yes" }));
    await delivered(sandbox);
    expect(sandbox.stats().events).toEqual({ accepted: 1 });
  });

  test("holds a mail until its delivery time", async () => {
    const sandbox = await openSandbox();
    await control(sandbox, "config", { deliveryDelayMs: 0 });
    await post(sandbox, message({ "o:deliverytime": new Date(Date.now() + 3_600_000).toUTCString() }));
    await post(sandbox, message());
    await until("the second is delivered", () => sandbox.stats().events["delivered"] === 1);
    expect(sandbox.stats().undelivered).toBe(1);
    await post(sandbox, message({ "o:deliverytime": new Date(Date.now() + 1_100).toUTCString() }));
    await until("the third is delivered", () => sandbox.stats().events["delivered"] === 2);
    expect((await control(sandbox, "mails/1")).events).toHaveLength(1);
  });

  test.each([
    ["softbounce@x.com", ["accepted", "failed"]],
    ["greylist@x.com", ["accepted", "failed", "delivered"]],
    ["click@x.com", ["accepted", "delivered", "opened", "clicked"]],
    ["unsubscribe@x.com", ["accepted", "delivered", "unsubscribed"]],
  ])("%s gets %j", async (to, names) => {
    const sandbox = await openSandbox();
    await post(sandbox, message({ to }));
    await delivered(sandbox);
    const { events } = (await control(sandbox, "mails/1")) as { events: { event: string }[] };
    expect(events.map(({ event }) => event)).toEqual(names);
  });
});
