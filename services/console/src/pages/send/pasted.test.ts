import { expect, test } from "vitest";
import { csvOf } from "./pasted.ts";

test.each([
  ["one a line", "ann@example.com\nbob@example.com", "email\nann@example.com\nbob@example.com\n", 2],
  [
    "a line of many",
    "ann@example.com, bob@example.com; cy@example.com",
    "email\nann@example.com\nbob@example.com\ncy@example.com\n",
    3,
  ],
  [
    "names before them",
    'Ann Smith <ann@example.com>, "B, Ob" <bob@example.com>',
    'email\n"""B"\nann@example.com\nbob@example.com\n',
    3,
  ],
  ["the same twice", "ann@example.com\nann@example.com", "email\nann@example.com\n", 1],
  ["nothing", "  \n", "email\n", 0],
])("addresses: %s", (_, text, csv, rows) => {
  const made = csvOf(text);
  expect(made.rows).toBe(rows);
  expect(made.csv.split("\n").toSorted()).toEqual(csv.split("\n").toSorted());
});

test("a CSV with a column for the address stays as it is", () => {
  const csv = 'first_name,Email,city\nAnn,ann@example.com,"Biloxi, MS"';
  expect(csvOf(csv)).toEqual({ csv: `${csv}\n`, rows: 1 });
});
