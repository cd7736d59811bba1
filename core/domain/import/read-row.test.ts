import { describe, expect, it } from "vitest";
import { readHeader } from "./read-header.ts";
import { isBlank, readRow } from "./read-row.ts";

describe("readRow", () => {
  const header = ["email", "first_name", "status", "opted_out", "bounced", "city", "subscribed"];
  const read = (...cells: string[]) => {
    const columns = readHeader(header, {});
    if (!columns.ok) throw new Error(columns.problem.message);
    return readRow(columns.columns, [...cells, ...header.slice(cells.length).map(() => "")]);
  };
  const rowOf = (...cells: string[]) => {
    const result = read(...cells);
    if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
    return result.row;
  };
  const problemsOf = (...cells: string[]) => {
    const result = read(...cells);
    return result.ok ? [] : result.problems;
  };

  it("reads a customer", () => {
    expect(rowOf(" Ann@Example.COM ", " Ann ", "Active", "no", "", "Austin")).toEqual({
      externalId: null,
      email: "Ann@example.com",
      addressKey: "ann@example.com",
      firstName: "Ann",
      lastName: "",
      locale: "",
      status: "active",
      attributes: { city: "Austin" },
      suppressions: [],
      list: null,
    });
  });

  it.each([
    [["inactive", "", ""], "inactive", []],
    [["0", "", ""], "inactive", []],
    [["", "TRUE", ""], "active", ["opted_out"]],
    [["", "2026-05-03", "x"], "active", ["opted_out", "bounced"]],
    [["unsubscribed", "", ""], "active", ["opted_out"]],
    [["Cleaned", "", ""], "active", ["bounced"]],
    [["", "", "", "", "no"], "active", ["opted_out"]],
    [["", "", "", "", "yes"], "active", []],
  ])("reads status, opt-out and bounce of %j", (cells, status, suppressions) => {
    expect(rowOf("a@example.com", "", ...cells)).toMatchObject({ status, suppressions });
  });

  it("tells every wrong value of a row, with what to do", () => {
    expect(problemsOf("ann", "x".repeat(201), "maybe", "perhaps")).toEqual([
      { column: "email", message: '"ann": The address has no @; write name@example.com.' },
      { column: "status", message: '"maybe" is no status; write active, inactive, unsubscribed or bounced.' },
      { column: "opted_out", message: '"perhaps" is neither yes nor no; write true or false.' },
      { column: "first_name", message: "The value has 201 characters; at most 200 fit." },
    ]);
  });

  it("refuses a row of another length than the header, and a NUL, which no database takes", () => {
    const columns = readHeader(["email", "city"], {});
    if (!columns.ok) throw new Error("unexpected");
    expect(readRow(columns.columns, ["a@example.com"])).toMatchObject({ ok: false });
    expect(readRow(columns.columns, ["a@example.com", "x", "y"])).toMatchObject({ ok: false });
    expect(problemsOf("a@example.com", "A\0nn")).toHaveLength(1);
  });

  it("knows a row without any value", () => {
    expect(isBlank(["", "  ", ""])).toBe(true);
    expect(isBlank(["", "x"])).toBe(false);
  });
});
