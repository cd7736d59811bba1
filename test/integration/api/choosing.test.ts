import { randomUUID } from "node:crypto";
import { type Client, createClient } from "@connectrpc/connect";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BlastService, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService, CustomerStatus } from "#gen/fanfare/api/v1/customer_pb.js";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";

let api: TestApi;
let agency: TestAgency;
let other: TestAgency;
let blasts: Client<typeof BlastService>;
let customers: Client<typeof CustomerService>;
let schedules: Client<typeof ScheduleService>;
let listId: string;
const ids: string[] = [];

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
  other = await api.createTestAgency();
  blasts = createClient(BlastService, agency.transport);
  customers = createClient(CustomerService, agency.transport);
  schedules = createClient(ScheduleService, agency.transport);
  const people = [
    { email: "ann@example.com", locale: "en-US", attributes: { city: "Miami", policy: "A1" } },
    { email: "Anna@example.com", locale: "en-US", attributes: { city: "Miami" } },
    { email: "bob@other.example", locale: "de", attributes: { city: "Berlin", note: "x".repeat(101) } },
    { email: "100%_ann@example.com", locale: "", attributes: {}, status: CustomerStatus.INACTIVE },
  ];
  for (const customer of people) ids.push((await customers.createCustomer({ customer })).customer!.id);
  listId = (await customers.createCustomerList({ name: "Coast" })).list!.id;
  await customers.addToCustomerList({ listId, customerIds: ids.slice(0, 3) });
  await createClient(CustomerService, other.transport).createCustomer({
    customer: { email: "ann@example.com", attributes: { secret: "theirs" } },
  });
});
afterAll(() => api.close());

describe("CountAudience", () => {
  it.each<[string, () => Parameters<typeof blasts.countAudience>[0]["audience"], number]>([
    ["everybody", () => ({ of: { case: "filter", value: {} } }), 4],
    ["an attribute", () => ({ of: { case: "filter", value: { attributes: { city: "Miami" } } } }), 2],
    ["a domain", () => ({ of: { case: "filter", value: { emailDomain: "Other.Example" } } }), 1],
    ["nobody", () => ({ of: { case: "filter", value: { locale: "fr" } } }), 0],
    ["a list", () => ({ of: { case: "listId", value: listId } }), 3],
    [
      "ids, of which one is strange",
      () => ({ of: { case: "customers", value: { ids: [ids[0]!, randomUUID()] } } }),
      1,
    ],
  ])("counts %s", async (_, audience, count) => {
    expect(await blasts.countAudience({ audience: audience()! })).toMatchObject({
      customers: count,
      atLeast: false,
    });
  });

  it("knows no list of another agency", async () => {
    const theirs = createClient(BlastService, other.transport);
    await expect(
      theirs.countAudience({ audience: { of: { case: "listId", value: listId } } }),
    ).rejects.toThrow("There is no customer list");
  });
});

it("ListCustomerAttributes names what the agency's customers hold, the most frequent first, without long texts", async () => {
  const { attributes, locales, lookedAt } = await customers.listCustomerAttributes({});
  expect(lookedAt).toBe(4);
  expect(attributes.map(({ name, customers: having }) => [name, having])).toEqual([
    ["city", 3],
    ["note", 1],
    ["policy", 1],
  ]);
  expect(attributes[0]?.values).toMatchObject([
    { value: "Miami", customers: 2 },
    { value: "Berlin", customers: 1 },
  ]);
  expect(attributes[1]?.values).toEqual([]);
  expect(locales).toMatchObject([
    { value: "en-US", customers: 2 },
    { value: "de", customers: 1 },
  ]);
});

describe("PreviewSchedule", () => {
  it("names the next five occurrences by the agency's clock, and writes nothing", async () => {
    const start = "2031-01-06T09:00";
    const { upcoming, timeZone } = await schedules.previewSchedule({
      localStart: start,
      rrule: "FREQ=MONTHLY;BYDAY=1MO",
    });
    expect(timeZone).toBe("America/Chicago");
    expect(upcoming.map((at) => timestampDate(at).toISOString())).toEqual([
      "2031-01-06T15:00:00.000Z",
      "2031-02-03T15:00:00.000Z",
      "2031-03-03T15:00:00.000Z",
      "2031-04-07T14:00:00.000Z",
      "2031-05-05T14:00:00.000Z",
    ]);
    expect((await schedules.listSchedules({})).schedules).toEqual([]);
  });

  it.each([
    [{ localStart: "2020-01-01T09:00" }, "which is over"],
    [{ localStart: "2031-01-01T09:00", rrule: "FREQ=SOMETIMES" }, "FREQ"],
    [{ localStart: "2031-01-01T09:00", timeZone: "Mars/Base" }, "Mars/Base"],
  ])("refuses %o", async (request, message) => {
    await expect(schedules.previewSchedule(request)).rejects.toThrow(message);
  });
});

describe("a search among the deliveries of a blast", () => {
  const small = "01900000-0000-7000-8000-0000000000ab";
  const large = "01900000-0000-7000-8000-0000000000ac";

  beforeAll(async () => {
    await api.database.asSystem(async (tx) => {
      for (const [blastId, size] of [
        [small, 4],
        [large, 1_000_000],
      ] as const) {
        await sql`
          INSERT INTO blasts (id, agency_id, name, lane, template_id, template_version, audience, state, audience_size)
          VALUES (${blastId}, ${agency.agencyId}, 'b', 'bulk', ${randomUUID()}, 1, '{}', 'sending', ${size})`.execute(
          tx,
        );
        // The last one was skipped at the freeze: it holds no address.
        await sql`
          INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state, reason)
          SELECT ${blastId}, n, ${agency.agencyId}, c.id, CASE n WHEN 4 THEN NULL ELSE c.email END,
            CASE n WHEN 4 THEN NULL ELSE c.address_key END, CASE n WHEN 4 THEN 'skipped' ELSE 'accepted' END,
            CASE n WHEN 4 THEN 'inactive' ELSE '' END
          FROM unnest(${ids}::uuid[]) WITH ORDINALITY i (id, n) JOIN customers c ON c.id = i.id`.execute(tx);
      }
    });
  });

  const find = async (blastId: string, filter: { search: string; state?: DeliveryState; reason?: string }) =>
    (await blasts.listDeliveries({ blastId, ...filter })).deliveries.map(({ sequence }) => sequence);

  describe.each([
    ["small", small],
    ["large", large],
  ])("that is %s", (_, blastId) => {
    it.each<[string, { search: string; state?: DeliveryState; reason?: string }, number[]]>([
      ["the beginning of addresses in any case", { search: "ANN" }, [1, 2]],
      ["a whole address", { search: "bob@other.example" }, [3]],
      ["one that was skipped and holds no address", { search: "100%_" }, [4]],
      ["signs of patterns only as themselves", { search: "%" }, []],
      ["nothing inside an address", { search: "nna" }, []],
      ["only what the other filters leave", { search: "ann", state: DeliveryState.SKIPPED }, []],
      ["a reason", { search: "1", reason: "inactive" }, [4]],
      ["what is queued", { search: "a", state: DeliveryState.QUEUED }, []],
    ])("finds %s", async (_name, filter, sequences) => {
      expect(await find(blastId, filter)).toEqual(sequences);
    });
  });

  it("finds the address it was frozen with after the customer has another one", async () => {
    await customers.updateCustomer({ customerId: ids[2]!, customer: { email: "robert@other.example" } });
    expect(await find(large, { search: "bob@other.example" })).toEqual([3]);
    expect(await find(small, { search: "bob@" })).toEqual([3]);
  });
});
