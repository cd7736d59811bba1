import { expect, test } from "vitest";
import { DeliveryState, DeliveryStateSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import { UsageError } from "../usage-error.ts";
import { count, createStyle, duration, printable } from "./style.ts";
import { fit } from "./live-lines.ts";
import { line, measure } from "./table.ts";
import { keysOf, valueOf, wordOf } from "./words.ts";

test("states of the wire are words for people, and are taken as people write them", () => {
  expect(wordOf(DeliveryStateSchema, DeliveryState.IN_DOUBT)).toBe("in doubt");
  for (const word of ["in_doubt", "in-doubt", "In Doubt", "IN_DOUBT"])
    expect(valueOf(DeliveryStateSchema, "--state", word)).toBe(DeliveryState.IN_DOUBT);
  expect(keysOf(DeliveryStateSchema)).not.toContain("unspecified");
  expect(() => valueOf(DeliveryStateSchema, "--state", "unspecified")).toThrow(UsageError);
});

test("a customer's name cannot steer the terminal", () => {
  expect(printable("\u001b[2JAda\r\nLovelace\u202e")).toBe(" [2JAda Lovelace ");
});

test("wide characters keep a table's columns aligned", () => {
  const columns = [
    { title: "name", value: (row: string) => row },
    { title: "n", value: () => "1", right: true },
  ];
  const rows = ["小明", "Zoë", "Ada L."];
  const widths = measure(columns, rows);
  expect(rows.map((row) => line(columns, widths, row))).toEqual(["小明    1", "Zoë     1", "Ada L.  1"]);
});

test("numbers and times read as people say them", () => {
  expect(count(1234567n)).toBe("1,234,567");
  expect([duration(400), duration(61_000), duration(7_500_000)]).toEqual(["0 s", "1 min 1 s", "2 h 5 min"]);
});

test("a line that would wrap is cut, with its colours whole", () => {
  const { good } = createStyle(true);
  expect(fit(good("Zoë 小明 and more"), 9)).toBe(good("Zoë 小明"));
  expect(fit(good("short"), 9)).toBe(good("short"));
});
