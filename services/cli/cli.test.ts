// The command line against the real API, with its database and broker; nothing sends here, so blasts stay where the API leaves them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { documents, run, type Ran } from "./test-support.ts";

let api: TestApi;
let agency: TestAgency;
let directory: string;
let templateId: string;

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency({ credits: 1_000 });
  directory = mkdtempSync(join(tmpdir(), "fanfare-cli-"));
  writeFileSync(
    join(directory, "customers.csv"),
    'email,first_name,Plan\nada@example.com,Ada,"gold, old"\nnobody,No,x\nbob@example.com,Bob,\n',
  );
  writeFileSync(
    join(directory, "latin.csv"),
    Buffer.from("Mail;Vorname\nzoe@example.com;Zo\xeb\n", "latin1"),
  );
  writeFileSync(join(directory, "bad.csv"), "email\nnobody\n");
  writeFileSync(join(directory, "storm.txt"), "Dear {{customer.first_name}}, {{custom_message}}");
  const created = await fanfare("import", "customers.csv", "--list", "Gulf coast", "--json");
  expect(created).toMatchObject({ code: 0 });
  const template = await fanfare(
    "template",
    "create",
    "Storm",
    "--subject",
    "Hi {{customer.first_name}}",
    "--text",
    "storm.txt",
    "--json",
  );
  templateId = (documents(template.out)[0] as { template: { id: string } }).template.id;
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await api.close();
});

const fanfare = (...args: string[]): Promise<Ran> =>
  run(args, { FANFARE_URL: api.url, FANFARE_API_KEY: agency.apiKey }, { directory });
const asOperator = (...args: string[]): Promise<Ran> =>
  run(args, { FANFARE_URL: api.url, FANFARE_API_KEY: api.operatorKey }, { directory });
const send = (...more: string[]) => fanfare("send", "--template", "Storm", "--list", "Gulf coast", ...more);

test("an import reports wrong rows by line and takes the others", async () => {
  const { code, out } = await fanfare("import", "customers.csv", "--dry-run");
  expect(code).toBe(0);
  expect(out).toMatch(/rows\s+3/);
  expect(out).toMatch(/failed\s+1/);
  expect(out).toMatch(/line 3, email: "nobody": .*@/);
});

test("an import reads other encodings and columns as they are mapped", async () => {
  const imported = await fanfare(
    "import",
    "latin.csv",
    "--encoding",
    "latin1",
    "--map",
    "Mail=email",
    "--map",
    "Vorname=first_name",
  );
  expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(/created\s+1/) });
  const { out } = await fanfare("customers", "--search", "zoe@", "--json");
  expect(documents(out)).toEqual([expect.objectContaining({ email: "zoe@example.com", firstName: "Zoë" })]);
});

test("an import of which nothing could be taken is exit code 1", async () => {
  expect(await fanfare("import", "bad.csv")).toMatchObject({ code: 1 });
});

test("a file in another encoding is refused with the line and what to do", async () => {
  const { code, err } = await fanfare("import", "latin.csv");
  expect(code).toBe(1);
  expect(err).toMatch(/Line 2: byte 0xEB is not UTF-8/);
  expect(err).toMatch(/mend {3}.*latin1/);
});

test("lists are a table for people and a line a row for programs", async () => {
  const people = await fanfare("lists");
  expect(people.out.split("\n")[0]).toMatch(/^id\s+name\s+customers\s+since$/);
  const programs = await fanfare("lists", "--json");
  expect(documents(programs.out)).toEqual([expect.objectContaining({ name: "Gulf coast", size: 2 })]);
});

test("a list longer than the limit says so", async () => {
  const { out, err } = await fanfare("customers", "--list", "Gulf coast", "--limit", "1");
  expect(out.trim().split("\n")).toHaveLength(2);
  expect(err).toContain("--limit 0 shows all");
});

test("a preview shows who would be mailed and one of the mails", async () => {
  const { code, out } = await fanfare(
    "preview",
    "--template",
    "Storm",
    "--all",
    "--message",
    "close the shutters",
  );
  expect(code).toBe(0);
  expect(out).toMatch(/would be mailed\s+3/);
  expect(out).toMatch(/subject\s+Hi \S+/);
  expect(out).toMatch(/│ Dear \S+, close the shutters/);
});

test("a send without a key tells the one it made, and with it again gives the same blast", async () => {
  const first = await send("--json");
  expect(first.code).toBe(0);
  const key = /--key (\S+)\)/.exec(first.err)?.[1] ?? "";
  const [answer] = documents(first.out);
  const again = await send("--json", "--key", key);
  expect(documents(again.out)).toEqual([{ blastId: answer?.["blastId"], replayed: true }]);
  expect(again.err).toBe("");
});

test("the same key with another body is refused with what, where and how to mend it", async () => {
  await send("--key", "reused");
  const { code, out, err } = await send("--key", "reused", "--message", "other words");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(
    /^error: .+\n {2}what {3}already_exists, idempotency_key_reused\n {2}where {2}idempotency_key\n {2}mend {3}.+\n$/,
  );
  const json = await send("--key", "reused", "--message", "other words", "--json");
  expect(JSON.parse(json.err)).toEqual({
    error: {
      code: "already_exists",
      reason: "idempotency_key_reused",
      field: "idempotency_key",
      message: expect.any(String),
      hint: expect.any(String),
    },
  });
});

test("a blast that was cancelled ends its watch with exit code 1", async () => {
  const sent = await send("--json", "--key", "cancelled");
  const blastId = String(documents(sent.out)[0]?.["blastId"]);
  expect(await fanfare("pause", blastId)).toMatchObject({ code: 0 });
  expect(await fanfare("cancel", blastId)).toMatchObject({
    code: 0,
    out: expect.stringContaining("already left: 0"),
  });
  // What list-sender does once it has skipped the rest.
  await api.database.asSystem((tx) =>
    tx.updateTable("blasts").set({ completed_at: new Date() }).where("id", "=", blastId).execute(),
  );
  const watched = await fanfare("watch", blastId, "--json");
  expect(watched.code).toBe(1);
  expect(documents(watched.out).at(-1)).toMatchObject({ blast: { state: "BLAST_STATE_CANCELLED" } });
  const listed = await fanfare("blasts", "--state", "cancelled", "--json");
  expect(documents(listed.out)).toEqual([expect.objectContaining({ id: blastId })]);
});

test("Ctrl-C ends a watch, and not the blast", async () => {
  const sent = await send("--json", "--key", "watched");
  const blastId = String(documents(sent.out)[0]?.["blastId"]);
  const interrupt = new AbortController();
  const env = { FANFARE_URL: api.url, FANFARE_API_KEY: agency.apiKey };
  const watching = run(["watch", blastId], env, { signal: interrupt.signal });
  interrupt.abort();
  expect((await watching).code).toBe(130);
  const { out } = await fanfare("blasts", "--json");
  expect(documents(out)).toContainEqual(
    expect.objectContaining({ id: blastId, state: "BLAST_STATE_ACCEPTED" }),
  );
});

test("a direct send can be explained by its delivery, and the customer named by address", async () => {
  const sent = await fanfare("send-to", "ada@example.com", "--template", templateId, "--json");
  const [{ deliveryId } = {}] = documents(sent.out);
  const { code, out } = await fanfare("explain", String(deliveryId));
  expect(code).toBe(0);
  expect(out).toContain("ada@example.com");
  const blastId = String(deliveryId).split(".")[0] ?? "";
  expect(await fanfare("explain", blastId, "ada@example.com")).toMatchObject({ code: 0, out });
  expect(await fanfare("deliveries", blastId)).toMatchObject({
    code: 0,
    out: expect.stringContaining("ada@example.com"),
  });
});

test("a send with --at is a schedule in the agency's time zone", async () => {
  const planned = await send("--at", "2099-12-24T09:00", "--rrule", "FREQ=YEARLY;COUNT=2", "--json");
  const [answer] = documents(planned.out) as [
    { schedule: { id: string; timeZone: string }; upcoming: string[] },
  ];
  expect(answer.schedule.timeZone).toBe("America/Chicago");
  expect(answer.upcoming).toEqual(["2099-12-24T15:00:00Z", "2100-12-24T15:00:00Z"]);
  expect((await fanfare("schedules")).out).toContain("FREQ=YEARLY;COUNT=2");
  expect(await fanfare("schedules", "--cancel", answer.schedule.id)).toMatchObject({ code: 0 });
});

test("a schedule in the past is refused", async () => {
  const { code, err } = await send("--at", "2001-01-01T00:00");
  expect(code).toBe(1);
  expect(err).toContain("schedule_in_the_past");
});

test("an opt-out shows on the customer", async () => {
  expect(await fanfare("opt-out", "bob@example.com")).toMatchObject({ code: 0 });
  expect((await fanfare("customers", "--search", "bob@")).out).toMatch(/bob@example\.com.*opted out/);
});

test("names that nobody has are refused before anything is sent", async () => {
  const list = await fanfare("send", "--template", "Storm", "--list", "Nowhere");
  expect(list).toMatchObject({ code: 1, err: expect.stringContaining('There is no list "Nowhere"') });
  const template = await fanfare("send", "--template", "Calm", "--all");
  expect(template).toMatchObject({ code: 1, err: expect.stringContaining('There is no template "Calm"') });
  const customer = await fanfare("send-to", "carl@example.com", "--template", "Storm");
  expect(customer).toMatchObject({ code: 1, err: expect.stringContaining("carl@example.com") });
});

test("a template that names a field that does not exist is refused", async () => {
  writeFileSync(join(directory, "wrong.txt"), "{{customer.frist_name}}");
  const { code, err } = await fanfare("template", "create", "T", "--subject", "s", "--text", "wrong.txt");
  expect(code).toBe(1);
  expect(err).toContain("frist_name");
});

test("an operator creates an agency, tops it up, and the ledger says so", async () => {
  const created = await asOperator(
    "agency", "create", "Lakeside", "--domain", "mail.lakeside.example", "--admin-email", "a@lakeside.example", "--json",
  ); // prettier-ignore
  const [answer] = documents(created.out) as [{ agency: { id: string }; apiKey: string }];
  expect(answer.apiKey).toMatch(/^ff_/);
  const { id } = answer.agency;
  expect(await asOperator("top-up", "1500", "--agency", id, "--key", "k")).toMatchObject({
    code: 0,
    out: "balance 1,500\n",
  });
  expect((await asOperator("top-up", "1500", "--agency", id, "--key", "k")).out).toContain(
    "nothing new was booked",
  );
  expect((await asOperator("credits", "--agency", id, "--json")).out).toBe(
    '{"balance":"1500","reserved":"0"}\n',
  );
  expect((await asOperator("ledger", "--agency", id)).out).toMatch(/top up\s+\+1,500/);
  expect((await asOperator("agency", "list")).out).toContain("Lakeside");
});

test("the operator sees and steers queues; an agency's key may not", async () => {
  const { out } = await asOperator("queues");
  expect(out).toMatch(/customer\s+urgent/);
  expect(await fanfare("queues")).toMatchObject({ code: 1, err: expect.stringContaining("operators_only") });
  expect(await asOperator("dead-letters")).toMatchObject({ code: 0 });
  expect((await asOperator("requeue", "--all", "--json")).code).toBe(0);
});

test("a wrong API key is refused with how to mend it", async () => {
  const { code, err } = await run(["lists"], { FANFARE_URL: api.url, FANFARE_API_KEY: "ff_wrong" });
  expect(code).toBe(1);
  expect(err).toMatch(/unauthenticated, unknown_api_key/);
});

test("colour is only for a person at a terminal, and not where NO_COLOR is set", async () => {
  const env = { FANFARE_URL: api.url, FANFARE_API_KEY: agency.apiKey };
  const escape = "\u001b[";
  expect((await run(["lists"], env, { interactive: true })).out).toContain(escape);
  expect((await run(["lists"], { ...env, NO_COLOR: "1" }, { interactive: true })).out).not.toContain(escape);
  expect((await run(["lists"], env)).out).not.toContain(escape);
});
