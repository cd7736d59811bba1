import { expect, test } from "vitest";
import { askedTable } from "./asked.ts";

const figure = (key: string, value: number) => ({ section: "", key, label: "", value });

test("a figure that falls short is told as such, and one that was not measured is left out", () => {
  const { markdown } = askedTable([figure("fan_out_freeze_s", 31), figure("fairness_jain_index", 0.95)]);
  const rows = markdown.split("\n").slice(2);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/freeze.*31 \| NO \|$/);
  expect(rows[1]).toMatch(/Jain.*0\.95 \| yes \|$/);
});
