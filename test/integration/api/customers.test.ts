import { sql } from "kysely";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService, CustomerStatus, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { startTestApi, type TestApi } from "#test/support/api.ts";

describe("CustomerService", () => {
  let api: TestApi;
  let agencyId: string;
  let customers: Client<typeof CustomerService>;

  beforeAll(async () => {
    api = await startTestApi();
    const agency = await api.createTestAgency();
    agencyId = agency.agencyId;
    customers = createClient(CustomerService, agency.transport);
  });
  afterAll(() => api.close());

  const refused = async (call: Promise<unknown>) => {
    const error = ConnectError.from(
      await call.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    return { code: error.code, message: error.rawMessage, info: error.findDetails(ErrorInfoSchema)[0] };
  };
  const create = async (email: string, more: object = {}) =>
    (await customers.createCustomer({ customer: { email, ...more } })).customer!;

  it("keeps what it is told of a customer, with the address as mail servers know it", async () => {
    const created = await create(" Ann.Lee@EXAMPLE.com ", {
      externalId: "A-1",
      attributes: { city: "Austin" },
    });
    expect(created).toMatchObject({ email: "Ann.Lee@example.com", status: CustomerStatus.ACTIVE });
    const customer = { email: "ann@example.com", firstName: "Ann", status: CustomerStatus.INACTIVE };
    await customers.updateCustomer({ customerId: created.id, customer });
    const { customer: read } = await customers.getCustomer({ customerId: created.id });
    expect(read).toMatchObject({ ...customer, externalId: "", attributes: {} });
  });

  it("lets two customers share an address, and none an external id", async () => {
    const first = await create("two@example.com", { externalId: "T-1" });
    const second = await create("two@example.com", { externalId: "T-2" });
    expect(first.id).not.toBe(second.id);
    const created = await refused(create("three@example.com", { externalId: "T-1" }));
    expect(created).toMatchObject({ code: Code.AlreadyExists, info: { reason: "external_id_taken" } });
    expect(created.info!.hint).not.toBe("");
    const customer = { email: "two@example.com", externalId: "T-1" };
    const updated = await refused(customers.updateCustomer({ customerId: second.id, customer }));
    expect(updated.code).toBe(Code.AlreadyExists);
  });

  it("refuses what is no address, and names it", async () => {
    const { code, message, info } = await refused(create("ann.example.com"));
    expect(code).toBe(Code.InvalidArgument);
    expect(message).toContain('"ann.example.com" is no e-mail address');
    expect(info).toMatchObject({ reason: "invalid_address", field: "customer.email" });
  });

  it("does not show a customer to another agency", async () => {
    const { id } = await create("mine@example.com");
    const other = createClient(CustomerService, (await api.createTestAgency()).transport);
    expect((await refused(other.getCustomer({ customerId: id }))).code).toBe(Code.NotFound);
    expect((await refused(other.deleteCustomer({ customerId: id }))).code).toBe(Code.NotFound);
    expect((await refused(other.optOut({ customerId: id }))).code).toBe(Code.NotFound);
    expect((await other.listCustomers({})).customers).toEqual([]);
  });

  it("lists in order of creation, and finds by a part of address or name in any case", async () => {
    const agency = await api.createTestAgency();
    const theirs = createClient(CustomerService, agency.transport);
    for (const [email, firstName] of [
      ["zoe@example.com", "Zoë"],
      ["bob@example.com", "Bob_50%"],
      ["al@sample.org", "Al"],
    ] as const) {
      await theirs.createCustomer({ customer: { email, firstName } });
    }
    const first = await theirs.listCustomers({ page: { size: 2 } });
    const second = await theirs.listCustomers({ page: { size: 2, token: first.page!.nextToken } });
    const emails = [...first.customers, ...second.customers].map((customer) => customer.email);
    expect(emails).toEqual(["zoe@example.com", "bob@example.com", "al@sample.org"]);
    expect(second.page!.nextToken).toBe("");
    const found = async (search: string) =>
      (await theirs.listCustomers({ search })).customers.map((customer) => customer.email);
    expect(await found("EXAMPLE")).toEqual(["zoe@example.com", "bob@example.com"]);
    expect(await found("_50%")).toEqual(["bob@example.com"]);
    expect(await found("%")).toEqual(["bob@example.com"]);
    expect(await found("AL@sample.org")).toEqual(["al@sample.org"]);
    expect(await found("nobody")).toEqual([]);
  });

  it("puts known customers on a list once, and refuses unknown ones by name", async () => {
    const { list } = await customers.createCustomerList({ name: "Coast" });
    const ids = [(await create("l1@example.com")).id, (await create("l2@example.com")).id];
    const listId = list!.id;
    expect((await customers.addToCustomerList({ listId, customerIds: ids })).added).toBe(2);
    expect((await customers.addToCustomerList({ listId, customerIds: [...ids, ids[0]!] })).added).toBe(0);
    const unknown = "00000000-0000-7000-8000-00000000dead";
    const { code, message } = await refused(
      customers.addToCustomerList({ listId, customerIds: [...ids, unknown] }),
    );
    expect(code).toBe(Code.NotFound);
    expect(message).toContain(unknown);
    expect((await customers.removeFromCustomerList({ listId, customerIds: [ids[0]!] })).removed).toBe(1);
    const { lists } = await customers.listCustomerLists({});
    expect(lists.find(({ id }) => id === listId)).toMatchObject({ name: "Coast", size: 1 });
    expect((await customers.listCustomers({ listId })).customers.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await refused(customers.createCustomerList({ name: "Coast" }))).code).toBe(Code.AlreadyExists);
    expect((await refused(customers.listCustomers({ listId: unknown }))).code).toBe(Code.NotFound);
  });

  it("forgets a deleted customer's data, and keeps its address suppressed", async () => {
    const { id } = await create("gone@example.com", { externalId: "G-1", firstName: "Gone" });
    await customers.optOut({ customerId: id });
    const { list } = await customers.createCustomerList({ name: "Gone" });
    await customers.addToCustomerList({ listId: list!.id, customerIds: [id] });
    const blastId = await aBlastTo(id, "gone@example.com");
    await customers.deleteCustomer({ customerId: id });
    expect((await refused(customers.getCustomer({ customerId: id }))).code).toBe(Code.NotFound);
    expect((await refused(customers.deleteCustomer({ customerId: id }))).code).toBe(Code.NotFound);
    const rows = await api.database.asSystem((tx) =>
      sql<{ row: string }>`
        SELECT c::text AS row FROM customers c WHERE id = ${id}
        UNION ALL SELECT d::text FROM deliveries d WHERE customer_id = ${id}
        UNION ALL SELECT m::text FROM customer_list_members m WHERE customer_id = ${id}`.execute(tx),
    );
    expect(rows.rows).toHaveLength(2);
    expect(JSON.stringify(rows.rows)).not.toContain("gone@");
    expect(JSON.stringify(rows.rows)).toContain(blastId);
    const { suppressions } = await customers.listSuppressions({ page: { size: 1000 } });
    expect(suppressions.map(({ email }) => email)).toContain("gone@example.com");
    await create("again@example.com", { externalId: "G-1" });
  });

  it("adds, lists and removes suppressions by address", async () => {
    const customer = await create("Sup@example.com");
    await customers.addSuppression({ email: "sup@EXAMPLE.com", reason: SuppressionReason.BOUNCED });
    await customers.addSuppression({ email: "sup@example.com", reason: SuppressionReason.BOUNCED });
    await customers.addSuppression({ email: "nobody@example.com", reason: SuppressionReason.INVALID });
    const { customer: read } = await customers.getCustomer({ customerId: customer.id });
    expect(read!.suppressed).toEqual([SuppressionReason.BOUNCED]);
    const keys: string[] = [];
    for (let token: string | undefined = ""; token !== undefined;) {
      const { suppressions, page } = await customers.listSuppressions({ page: { size: 1, token } });
      keys.push(...suppressions.map(({ email }) => email));
      token = page!.nextToken || undefined;
    }
    expect(keys).toEqual(keys.toSorted());
    expect(keys).toContain("nobody@example.com");
    await customers.removeSuppression({ email: "SUP@example.com", reason: SuppressionReason.BOUNCED });
    const again = customers.removeSuppression({
      email: "sup@example.com",
      reason: SuppressionReason.BOUNCED,
    });
    expect(await refused(again)).toMatchObject({
      code: Code.NotFound,
      info: { reason: "unknown_suppression" },
    });
  });

  /** A finished blast with one delivery to the customer. */
  async function aBlastTo(customerId: string, address: string): Promise<string> {
    return api.database.asSystem(async (tx) => {
      const { rows } = await sql<{ id: string }>`
        INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state, completed_at)
        VALUES (${agencyId}, 'Past', 'standard', uuid_v7(), 1, '{}', 'completed', now()) RETURNING id`.execute(
        tx,
      );
      await sql`
        INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state)
        VALUES (${rows[0]!.id}, 1, ${agencyId}, ${customerId}, ${address}, ${address}, 'accepted')`.execute(
        tx,
      );
      return rows[0]!.id;
    });
  }
});
