import { sql } from "kysely";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { startTestApi, type TestApi } from "#test/support/api.ts";

describe("ImportCustomers", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const newAgency = async () => {
    const { agencyId, transport } = await api.createTestAgency();
    return { agencyId, client: createClient(CustomerService, transport) };
  };
  type CustomerClient = Client<typeof CustomerService>;
  type Settings = {
    listName?: string;
    mapping?: Record<string, string>;
    encoding?: string;
    dryRun?: boolean;
  };

  const upload = async (
    client: CustomerClient,
    csv: Buffer | string,
    settings: Settings = {},
    chunkBytes = 1000,
  ) => {
    const bytes = Buffer.from(csv as string);
    async function* parts() {
      yield { part: { case: "settings" as const, value: settings } };
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        yield { part: { case: "chunk" as const, value: bytes.subarray(at, at + chunkBytes) } };
      }
    }
    const { report } = await client.importCustomers(parts());
    return report!;
  };
  const refused = async (call: Promise<unknown>) => {
    const error = ConnectError.from(
      await call.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    return { code: error.code, message: error.rawMessage, info: error.findDetails(ErrorInfoSchema)[0] };
  };
  const all = async (client: CustomerClient) =>
    (await client.listCustomers({ page: { size: 1000 } })).customers;

  const dirty = [
    "\ufeffE-Mail;First Name;Surname;Customer ID;Status;Unsubscribed;Bounced;City",
    'ann@example.com;Ann;"Lee; the first";1;active;;;Austin',
    "BOB@Example.COM;Bob;Stone;2;inactive;no;;",
    '"cy@example.com";Cy;"Two\nlines";3;;yes;;Reno',
    "dee@example.com;Dee;Hill;4;;;true;",
    ";;;;;;;",
    "not an address;Eve;Moss;5;;;;",
    "fay@example.com;Fay",
    "gus@example.com;Gus;Oak;6;sleeping;;;",
    "ann@example.com;Anna;Lee;7;;;;",
    "",
  ].join("\r\n");

  it("imports what is right and reports what is wrong by line and column", async () => {
    const { client } = await newAgency();
    const report = await upload(client, dirty, { listName: "Coast" }, 7);
    expect(report).toMatchObject({ rows: 8, created: 5, updated: 0, failed: 3 });
    expect(report.errors.map(({ line, column }) => [line, column])).toEqual([
      [8, "E-Mail"],
      [9, ""],
      [10, "Status"],
    ]);
    expect(report.errors[1]!.message).toContain("2 values and the header 8");
    const found = await all(client);
    expect(found.map(({ email, lastName }) => [email, lastName])).toEqual([
      ["ann@example.com", "Lee; the first"],
      ["BOB@example.com", "Stone"],
      ["cy@example.com", "Two\nlines"],
      ["dee@example.com", "Hill"],
      ["ann@example.com", "Lee"],
    ]);
    expect(found[0]!.attributes).toEqual({ City: "Austin" });
    expect(found[2]!.suppressed).toEqual([SuppressionReason.OPTED_OUT]);
    expect(found[3]!.suppressed).toEqual([SuppressionReason.BOUNCED]);
    const { lists } = await client.listCustomerLists({});
    expect(lists).toMatchObject([{ id: report.listId, name: "Coast", size: 5 }]);
  });

  it("changes nothing when the same file comes again, and says each opt-out once", async () => {
    const { agencyId, client } = await newAgency();
    await upload(client, dirty);
    const before = await all(client);
    const report = await upload(client, dirty);
    expect(report).toMatchObject({ rows: 8, created: 0, updated: 5, failed: 3 });
    expect(await all(client)).toEqual(before);
    const { rows } = await api.database.asSystem((tx) =>
      sql<{ kind: string; n: number }>`
        SELECT kind, count(*)::int AS n FROM activities WHERE agency_id = ${agencyId} GROUP BY kind ORDER BY kind`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([
      { kind: "customer.opted_out", n: 1 },
      { kind: "customer.suppressed", n: 1 },
    ]);
  });

  it("matches rows without external id by address, and leaves fields alone that the file does not have", async () => {
    const { client } = await newAgency();
    await upload(client, "email,first name,city\nann@example.com,Ann,Austin\nbob@example.com,Bob,Reno\n");
    const report = await upload(
      client,
      "email,last name,zip\nANN@example.com,Lee,73301\nnew@example.com,New,\n",
    );
    expect(report).toMatchObject({ created: 1, updated: 1, failed: 0 });
    const [ann] = await all(client);
    expect(ann).toMatchObject({
      firstName: "Ann",
      lastName: "Lee",
      attributes: { city: "Austin", zip: "73301" },
    });
  });

  it("keeps two customers of one address apart when the agency tells them apart", async () => {
    const { client } = await newAgency();
    const csv =
      "email,external id,first name\nfam@example.com,1,Ann\nfam@example.com,2,Bob\nfam@example.com,,Cy\n";
    expect(await upload(client, csv)).toMatchObject({ created: 3 });
    expect(await upload(client, csv)).toMatchObject({ created: 0, updated: 3 });
    expect((await all(client)).map(({ firstName }) => firstName).toSorted()).toEqual(["Ann", "Bob", "Cy"]);
  });

  it("takes the last of several rows for one customer, also within a page", async () => {
    const { client } = await newAgency();
    const csv = "email,first name\nann@example.com,Old\nAnn@example.com,New\n";
    expect(await upload(client, csv)).toMatchObject({ rows: 2, created: 1, updated: 1 });
    expect(await all(client)).toMatchObject([{ firstName: "New" }]);
  });

  it("names line and byte of a Latin-1 file sent as UTF-8, and reads it when told so", async () => {
    const { client } = await newAgency();
    const text = `email,name\n${"ok@example.com,ok\n".repeat(15)}rene@example.com,Ren\xe9e\n`;
    const latin = Buffer.from(text, "latin1");
    const { code, message, info } = await refused(upload(client, latin));
    expect(code).toBe(Code.InvalidArgument);
    expect(message).toBe("Line 17: byte 0xE9 is not UTF-8; is the file Latin-1? Nothing was imported.");
    expect(info).toMatchObject({ reason: "wrong_encoding", field: "csv" });
    expect(info!.hint).toContain("encoding=latin1");
    expect(await upload(client, latin, { encoding: "latin1" })).toMatchObject({ created: 2 });
    expect((await all(client))[1]!.attributes).toEqual({ name: "Renée" });
  });

  it.each([
    ["an empty file", "", "empty_file"],
    ["a file without an address column", "name,phone\nAnn,1\n", "missing_email_column"],
    [
      "an unclosed quote",
      `email,name\na@example.com,"Ann\n${"b@example.com,Bob\n".repeat(20)}`,
      "unreadable_csv",
    ],
    ["a row without end", `email,name\na@example.com,"${"x".repeat(200_000)}`, "unreadable_csv"],
  ])("refuses %s as a whole", async (_, csv, reason) => {
    const { client } = await newAgency();
    const answer = await refused(upload(client, csv));
    expect(answer).toMatchObject({ code: Code.InvalidArgument, info: { reason } });
    expect(await all(client)).toEqual([]);
  });

  it("says how far it came when the fault is deep in the file", async () => {
    const { client } = await newAgency();
    const rows = Array.from({ length: 2_500 }, (_, index) => `c${index}@example.com`).join("\n");
    const { message } = await refused(upload(client, `email\n${rows}\n"open`, {}, 100_000));
    expect(message).toContain("line 2502");
    expect(message).toContain("The 2000 rows before it were imported");
  });

  it("writes nothing in a dry run", async () => {
    const { client } = await newAgency();
    const report = await upload(client, dirty, { dryRun: true, listName: "Dry" });
    expect(report).toMatchObject({ rows: 8, created: 5, failed: 3, listId: "" });
    expect(await all(client)).toEqual([]);
    expect((await client.listCustomerLists({})).lists).toEqual([]);
  });

  it("puts rows on the list that they name, besides the one of the settings", async () => {
    const { client } = await newAgency();
    await upload(client, "email,list\na@example.com,North\nb@example.com,South\nc@example.com,\n", {
      listName: "All",
    });
    const { lists } = await client.listCustomerLists({});
    expect(lists.map(({ name, size }) => [name, size])).toEqual([
      ["All", 3],
      ["North", 1],
      ["South", 1],
    ]);
  });

  it("reports the first thousand errors and counts them all", async () => {
    const { client } = await newAgency();
    const report = await upload(client, `email\n${"nobody\n".repeat(1_500)}`, {}, 5_000);
    expect(report).toMatchObject({ rows: 1_500, failed: 1_500, created: 0 });
    expect(report.errors).toHaveLength(1_000);
  });

  it("serves clients that cannot stream", async () => {
    const { client } = await newAgency();
    const csv = Buffer.from("email,x\na@example.com,1\n");
    const { report } = await client.importCustomersUnary({ csv, settings: { mapping: { email: "email" } } });
    expect(report).toMatchObject({ rows: 1, created: 1 });
    expect((await all(client))[0]!.attributes).toEqual({});
  });

  it("does not make customers twice when one file is imported twice at the same time", async () => {
    const { client } = await newAgency();
    const rows = Array.from(
      { length: 5_000 },
      (_, index) => `c${index}@example.com,${index % 2 === 0 ? index : ""}`,
    );
    const csv = `email,external id\n${rows.join("\n")}\n`;
    const reports = await Promise.all([1, 2, 3].map(() => upload(client, csv, { listName: "Same" }, 50_000)));
    expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(5_000);
    expect((await client.listCustomerLists({})).lists[0]!.size).toBe(5_000);
  });
});
