import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

describe("customer lists", () => {
  let api: TestApi;
  let agency: TestAgency;
  let customers: Client<typeof CustomerService>;

  beforeAll(async () => {
    api = await startTestApi();
    agency = await api.createTestAgency();
    customers = createClient(CustomerService, agency.transport);
  });
  afterAll(() => api.close());

  const refused = async (call: Promise<unknown>) => {
    const error = ConnectError.from(await call.then(() => undefined, (reason: unknown) => reason)); // prettier-ignore
    return { code: error.code, info: error.findDetails(ErrorInfoSchema)[0] };
  };
  const aList = async (name: string) => (await customers.createCustomerList({ name })).list!.id;
  const aCustomer = async (email: string) =>
    (await customers.createCustomer({ customer: { email } })).customer!.id;
  const names = async (customerId: string) =>
    (await customers.listCustomerLists({ customerId })).lists.map(({ name }) => name);

  it("names the lists that a customer is on", async () => {
    const [ann, bob] = [await aCustomer("ann@example.com"), await aCustomer("bob@example.com")];
    const [coast, hills] = [await aList("Coast"), await aList("Hills")];
    await customers.addToCustomerList({ listId: coast, customerIds: [ann, bob] });
    await customers.addToCustomerList({ listId: hills, customerIds: [bob] });
    expect(await names(ann)).toEqual(["Coast"]);
    expect(await names(bob)).toEqual(["Coast", "Hills"]);
  });

  it("takes another name, unless another list has it", async () => {
    const listId = await aList("Valley");
    await aList("Taken");
    const { list } = await customers.renameCustomerList({ listId, name: "Valley, north" });
    expect(list).toMatchObject({ id: listId, name: "Valley, north", size: 0 });
    const taken = await refused(customers.renameCustomerList({ listId, name: "Taken" }));
    expect(taken).toMatchObject({ code: Code.AlreadyExists, info: { reason: "list_name_taken" } });
    const same = await customers.renameCustomerList({ listId, name: "Valley, north" });
    expect(same.list!.name).toBe("Valley, north");
  });

  it("is deleted without its customers, and leaves no count behind", async () => {
    const listId = await aList("Short");
    const customerId = await aCustomer("stays@example.com");
    await customers.addToCustomerList({ listId, customerIds: [customerId] });
    await customers.deleteCustomerList({ listId });
    expect((await customers.getCustomer({ customerId })).customer!.email).toBe("stays@example.com");
    expect(await names(customerId)).toEqual([]);
    expect((await refused(customers.deleteCustomerList({ listId }))).code).toBe(Code.NotFound);
    const { rows } = await api.database.asSystem((tx) =>
      sql`SELECT FROM customer_list_sizes WHERE list_id = ${listId}`.execute(tx),
    );
    expect(rows).toEqual([]);
  });

  it("stays while a schedule is for it, and can go once that is cancelled", async () => {
    const listId = await aList("Weekly");
    const source = { subject: "Storm", html: "<p>Storm</p>", text: "" };
    const { template } = await createClient(TemplateService, agency.transport).createTemplate({ name: "Storm", source }); // prettier-ignore
    const schedules = createClient(ScheduleService, agency.transport);
    const { schedule } = await schedules.createSchedule({
      idempotencyKey: randomUUID(),
      name: "Every Monday",
      localStart: "2099-01-05T09:00",
      content: { templateId: template!.id },
      audience: { of: { case: "listId", value: listId } },
    });
    const kept = await refused(customers.deleteCustomerList({ listId }));
    expect(kept).toMatchObject({ code: Code.FailedPrecondition, info: { reason: "list_in_use" } });
    await schedules.cancelSchedule({ scheduleId: schedule!.id });
    await customers.deleteCustomerList({ listId });
  });

  it("shows the suppressions of one address, in any spelling of its domain", async () => {
    for (const email of ["one@example.com", "other@example.com"])
      await customers.addSuppression({ email, reason: SuppressionReason.BOUNCED });
    const { suppressions } = await customers.listSuppressions({ email: "one@EXAMPLE.com" });
    expect(suppressions.map(({ email }) => email)).toEqual(["one@example.com"]);
    expect((await refused(customers.listSuppressions({ email: "one" }))).code).toBe(Code.InvalidArgument);
  });
});
