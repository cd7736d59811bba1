import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { LedgerEntrySchema } from "#gen/fanfare/api/v1/agency_pb.js";
import { chartOf } from "./balance-chart.ts";

const entry = (second: number, amount: bigint, reserved: bigint) =>
  create(LedgerEntrySchema, { at: timestampFromMs(second * 1000), amount, reserved });

it("counts back from what the figures are now, a point a second", () => {
  const newestFirst = [
    entry(30, 10n, -30n),
    entry(20, 0n, -60n),
    entry(20, -100n, 100n),
    entry(10, 500n, 0n),
  ];
  const { times, lines } = chartOf(newestFirst, 410n, 10n, "UTC");
  expect(times).toEqual([10, 20, 30]);
  expect(lines.map(({ values }) => values)).toEqual([
    [500, 400, 410],
    [0, 40, 10],
  ]);
});
