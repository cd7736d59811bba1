import { expect, test } from "vitest";
import { parse } from "csv-parse/sync";
import { sampleCustomers } from "./sample-customers.ts";

const options = { rows: 2_000, seed: 7, prefix: "GC", ownList: "Waterfront" };

test("the same seed gives the same file, another one another", () => {
  expect(sampleCustomers(options).csv).toBe(sampleCustomers(options).csv);
  expect(sampleCustomers({ ...options, seed: 8 }).csv).not.toBe(sampleCustomers(options).csv);
});

test("every kind of dirt is in the file, and a CSV reader makes as many rows of it as were asked for", () => {
  const { csv, dirt, neverMail } = sampleCustomers(options);
  const rows: Record<string, string>[] = parse(csv, { columns: true });
  expect(rows).toHaveLength(options.rows);
  for (const [kind, count] of Object.entries(dirt)) expect(count, kind).toBeGreaterThan(0);
  expect(neverMail.size).toBe(dirt.opted_out);
  expect(rows.some(({ note }) => note?.includes("\n"))).toBe(true);
  expect(rows.some(({ last_name }) => last_name?.includes('"'))).toBe(true);
  expect(rows.filter(({ list }) => list === "Waterfront").length).toBeGreaterThan(100);
});

test("two prefixes share no address and no id", () => {
  const emails = (prefix: string) =>
    new Set(
      (
        parse(sampleCustomers({ ...options, prefix }).csv, { columns: true }) as { external_id: string }[]
      ).map((row) => row.external_id),
    );
  expect(emails("A").intersection(emails("B")).size).toBe(0);
});
