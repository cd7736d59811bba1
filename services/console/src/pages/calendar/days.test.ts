import { expect, it } from "vitest";
import { dayIn, monthAfter, spanOf, weeksOf } from "./days.ts";

it("puts an instant on the day of the zone's clock, on both sides of the change of the hour", () => {
  expect(dayIn("America/Chicago", Date.parse("2026-11-01T04:59:59Z"))).toBe("2026-10-31");
  expect(dayIn("America/Chicago", Date.parse("2026-11-01T05:00:00Z"))).toBe("2026-11-01");
  expect(dayIn("America/Chicago", Date.parse("2026-11-02T05:30:00Z"))).toBe("2026-11-01");
  expect(dayIn("Pacific/Auckland", Date.parse("2026-11-01T11:30:00Z"))).toBe("2026-11-02");
});

it.each([
  ["2026-11", "2026-10-26", "2026-12-06", 6],
  ["2027-02", "2027-02-01", "2027-02-28", 4],
  ["2026-08", "2026-07-27", "2026-09-06", 6],
])("shows %s in whole weeks from %s to %s", (month, first, last, count) => {
  const weeks = weeksOf(month);
  expect([weeks[0]?.[0], weeks.at(-1)?.at(-1), weeks.length]).toEqual([first, last, count]);
});

it("asks for a span that holds every shown day in every zone", () => {
  const { fromMs, untilMs } = spanOf(weeksOf("2026-11"));
  for (const zone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
    expect(dayIn(zone, fromMs) < "2026-10-26").toBe(true);
    expect(dayIn(zone, untilMs) > "2026-12-06").toBe(true);
  }
});

it("turns over the year", () => {
  expect(monthAfter("2026-12", 1)).toBe("2027-01");
  expect(monthAfter("2026-01", -1)).toBe("2025-12");
});
