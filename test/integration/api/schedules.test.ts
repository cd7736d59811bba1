import { randomUUID } from "node:crypto";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { MissedPolicy, ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

// Two weeks before daylight saving ends in Chicago (1 November 2026, 02:00).
const now = new Date("2026-10-18T12:00:00Z");
let api: TestApi;
let agency: TestAgency;
let templateId: string;

beforeAll(async () => {
  api = await startTestApi({ nowMs: () => now.getTime() });
  agency = await api.createTestAgency();
  templateId = await newTemplate(agency);
});
afterAll(() => api.close());

async function newTemplate(of: TestAgency): Promise<string> {
  const client = createClient(TemplateService, of.transport);
  const { template } = await client.createTemplate({
    name: "Storm",
    source: { subject: "Storm", html: "<p>Storm</p>", text: "Storm" },
  });
  return template?.id ?? "";
}

const schedules = () => createClient(ScheduleService, agency.transport);
const order = (more: object = {}) => ({
  idempotencyKey: randomUUID(),
  name: "Weekly",
  content: { templateId },
  audience: { of: { case: "filter" as const, value: { locale: "en-US" } } },
  localStart: "2026-10-26T09:00:00",
  ...more,
});

describe("CreateSchedule", () => {
  it("keeps the agency's wall clock over a change of daylight saving, and answers the next five", async () => {
    const { schedule, upcoming } = await schedules().createSchedule(order({ rrule: "FREQ=WEEKLY;BYDAY=MO" }));
    expect(schedule).toMatchObject({
      timeZone: "America/Chicago",
      lane: Lane.STANDARD,
      missedPolicy: MissedPolicy.FIRE_LATE,
    });
    expect(schedule?.content?.templateVersion).toBe(1);
    expect(schedule?.audience?.of).toMatchObject({ case: "filter", value: { locale: "en-US" } });
    expect(upcoming.map((at) => timestampDate(at).toISOString())).toEqual([
      "2026-10-26T14:00:00.000Z",
      "2026-11-02T15:00:00.000Z",
      "2026-11-09T15:00:00.000Z",
      "2026-11-16T15:00:00.000Z",
      "2026-11-23T15:00:00.000Z",
    ]);
  });

  it("pins the template's version at creation", async () => {
    const own = await newTemplate(agency);
    const { schedule } = await schedules().createSchedule(order({ content: { templateId: own } }));
    await createClient(TemplateService, agency.transport).updateTemplate({
      templateId: own,
      source: { subject: "New", html: "<p>New</p>", text: "New" },
    });
    const read = await schedules().getSchedule({ scheduleId: schedule?.id ?? "" });
    expect(read.schedule?.content?.templateVersion).toBe(1);
  });

  it("makes one schedule for each key, and refuses the key for another request", async () => {
    const request = order();
    const first = await schedules().createSchedule(request);
    const again = await schedules().createSchedule(request);
    expect(again).toMatchObject({ replayed: true, schedule: { id: first.schedule?.id } });
    expect(await errorOf(schedules().createSchedule({ ...request, name: "Other" }))).toMatchObject({
      code: Code.AlreadyExists,
    });
  });

  it.each([
    ["a time in the past", { localStart: "2026-10-18T06:59:00" }, "schedule_in_the_past", "local_start"],
    ["a day that does not exist", { localStart: "2026-02-30T09:00:00" }, "invalid_schedule", "local_start"],
    ["a rule that is none", { rrule: "FREQ=SOMETIMES" }, "invalid_schedule", "rrule"],
    [
      "a rule that is over",
      { localStart: "2026-01-05T09:00:00", rrule: "FREQ=DAILY;COUNT=3" },
      "schedule_in_the_past",
      "local_start",
    ],
    ["a time zone that is none", { timeZone: "Mars/Olympus" }, "unknown_time_zone", "time_zone"],
  ])("refuses %s with a hint", async (_name, wrong, reason, field) => {
    const error = await errorOf(schedules().createSchedule(order(wrong)));
    expect(error.code).toBe(Code.InvalidArgument);
    const [info] = error.findDetails(ErrorInfoSchema);
    expect(info).toMatchObject({ reason, field });
    expect(info?.hint).not.toBe("");
  });

  it("refuses templates, lists and customers of another agency like those that do not exist", async () => {
    const other = await api.createTestAgency();
    const foreignTemplate = await newTemplate(other);
    const theirs = createClient(CustomerService, other.transport);
    const { list } = await theirs.createCustomerList({ name: "theirs" });
    const { customer } = await theirs.createCustomer({ customer: { email: "c@example.com" } });
    for (const wrong of [
      { content: { templateId: foreignTemplate } },
      { content: { templateId, templateVersion: 99 } },
      { audience: { of: { case: "listId", value: list?.id } } },
      { audience: { of: { case: "customers", value: { ids: [customer?.id] } } } },
    ]) {
      expect(await errorOf(schedules().createSchedule(order(wrong)))).toMatchObject({ code: Code.NotFound });
    }
  });
});

describe("schedules", () => {
  it("are listed by next occurrence in pages, and no more once cancelled, unless asked for", async () => {
    const other = await api.createTestAgency();
    const client = createClient(ScheduleService, other.transport);
    const content = { templateId: await newTemplate(other) };
    const ids: string[] = [];
    for (const day of ["27", "26", "28", "26"]) {
      const { schedule } = await client.createSchedule(
        order({ content, localStart: `2026-10-${day}T09:00` }),
      );
      ids.push(schedule?.id ?? "");
    }
    const [third, first, fourth, second] = ids;
    const listed: string[] = [];
    let token = "";
    do {
      const { schedules: rows, page } = await client.listSchedules({ page: { size: 1, token } });
      listed.push(...rows.map((row) => row.id));
      token = page?.nextToken ?? "";
    } while (token !== "");
    expect(listed).toEqual([first, second, third, fourth]);
    const cancelled = await client.cancelSchedule({ scheduleId: first ?? "" });
    expect(cancelled.schedule).toMatchObject({ cancelled: true });
    expect(cancelled.schedule?.nextAt).toBeUndefined();
    expect((await client.listSchedules({})).schedules.map((row) => row.id)).toEqual([second, third, fourth]);
    const all = await client.listSchedules({ includeEnded: true });
    expect(all.schedules.map((row) => row.id)).toEqual([second, third, fourth, first]);
    expect(await errorOf(schedules().cancelSchedule({ scheduleId: second ?? "" }))).toMatchObject({
      code: Code.NotFound,
    });
  });
});

describe("ListOccurrences", () => {
  const span = (from: string, until: string) => ({
    from: timestampFromDate(new Date(from)),
    until: timestampFromDate(new Date(until)),
  });

  it("shows when every schedule fires in a month, in order, and nothing of what is past or cancelled", async () => {
    const other = await api.createTestAgency();
    const client = createClient(ScheduleService, other.transport);
    const content = { templateId: await newTemplate(other) };
    const create = async (more: object) =>
      (await client.createSchedule(order({ content, ...more }))).schedule?.id ?? "";
    const weekly = await create({ localStart: "2026-10-19T09:00", rrule: "FREQ=WEEKLY;BYDAY=MO" });
    const once = await create({ localStart: "2026-10-27T18:30" });
    const gone = await create({ localStart: "2026-10-28T18:30" });
    await client.cancelSchedule({ scheduleId: gone });
    const month = span("2026-10-01T05:00:00Z", "2026-11-01T05:00:00Z");
    const { occurrences, cutShort } = await client.listOccurrences(month);
    expect(
      occurrences.map(({ scheduleId, at }) => [scheduleId, at && timestampDate(at).toISOString()]),
    ).toEqual([
      [weekly, "2026-10-19T14:00:00.000Z"],
      [weekly, "2026-10-26T14:00:00.000Z"],
      [once, "2026-10-27T23:30:00.000Z"],
    ]);
    expect(cutShort).toBe(false);
    const first = await client.listOccurrences({ ...month, scheduleId: weekly, limit: 1 });
    expect(first).toMatchObject({ occurrences: [{ scheduleId: weekly }], cutShort: true });
  });

  it("refuses a span that ends before it begins, or is longer than a calendar turns to", async () => {
    for (const wrong of [
      span("2026-11-01T00:00:00Z", "2026-10-01T00:00:00Z"),
      span("2026-10-01T00:00:00Z", "2028-10-01T00:00:00Z"),
    ]) {
      const error = await errorOf(schedules().listOccurrences(wrong));
      expect(error.code).toBe(Code.InvalidArgument);
      expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ reason: "invalid_span", field: "until" });
    }
  });
});

describe("an operator who names no agency", () => {
  it("gets the schedules of all, each with its agency", async () => {
    const [one, two] = [await api.createTestAgency(), await api.createTestAgency()];
    for (const of of [one, two]) {
      const content = { templateId: await newTemplate(of) };
      await createClient(ScheduleService, of.transport).createSchedule(order({ content }));
    }
    const { schedules: all } = await createClient(ScheduleService, api.operatorTransport()).listSchedules({
      page: { size: 1_000 },
    });
    const agencies = all.map(({ agencyId }) => agencyId);
    expect(agencies).toEqual(expect.arrayContaining([one.agencyId, two.agencyId]));
  });
});
