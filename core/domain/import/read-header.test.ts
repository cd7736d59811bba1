import { describe, expect, it } from "vitest";
import { detectDelimiter } from "./delimiter.ts";
import { readHeader } from "./read-header.ts";

describe("detectDelimiter", () => {
  it.each([
    ["email,first name", ","],
    ["email;first name;a,b", ";"],
    ["email\tfirst name", "\t"],
    ['"a,b,c";email', ";"],
    ["email", ","],
  ] as const)("finds the delimiter of %j", (line, delimiter) => {
    expect(detectDelimiter(line)).toBe(delimiter);
  });
});

describe("readHeader", () => {
  const columnsOf = (cells: string[], mapping: Record<string, string> = {}) => {
    const read = readHeader(cells, mapping);
    if (!read.ok) throw new Error(read.problem.message);
    return read.columns;
  };
  const problemOf = (cells: string[], mapping: Record<string, string> = {}) => {
    const read = readHeader(cells, mapping);
    return read.ok ? undefined : read.problem;
  };

  it.each([
    ["email", "first_name", "last_name"],
    ["E-Mail", "First Name", "Surname"],
    [" MAIL ", "given name", "family-name"],
    ["e-mail address", "Forename", "Last name"],
    ["Email Address", "Vorname", "Nachname"],
  ])("matches the spellings %s, %s, %s", (...cells) => {
    expect(columnsOf(cells).fields).toEqual({ email: 0, first_name: 1, last_name: 2 });
  });

  it("makes attributes of the other columns, named so that a template can say them", () => {
    const { attributes } = columnsOf(["email", "Policy Number", "", "2nd phone", "Größe", "cityName"]);
    expect(attributes).toEqual([
      { name: "policy_number", index: 1 },
      { name: "_2nd_phone", index: 3 },
      { name: "gro_e", index: 4 },
      { name: "cityName", index: 5 },
    ]);
  });

  it("takes the better spelling when two columns could be the address", () => {
    const columns = columnsOf(["contact email", "email"]);
    expect(columns.fields.email).toBe(1);
    expect(columns.attributes).toEqual([{ name: "contact_email", index: 0 }]);
  });

  it("does not take a plain id for the agency's own key", () => {
    expect(columnsOf(["id", "email"]).fields.external_id).toBeUndefined();
  });

  it("lists the columns when none holds the address", () => {
    expect(problemOf(["name", "phone"])).toEqual({
      reason: "missing_email_column",
      message: "No column holds the e-mail address. The columns are: name, phone.",
      hint: 'Name one of them email, or map it: mapping {"name": "email"}.',
    });
  });

  it("follows a mapping and leaves the other columns out", () => {
    const columns = columnsOf(["Kontakt", "Ort", "x"], { kontakt: "email", Ort: "attributes.city" });
    expect(columns.fields).toEqual({ email: 0 });
    expect(columns.attributes).toEqual([{ name: "city", index: 1 }]);
  });

  it.each([
    [{ nope: "email" }, "unknown_mapping_column"],
    [{ a: "e-mail" }, "unknown_mapping_field"],
    [{ a: "email", b: "email" }, "ambiguous_column"],
    [{ a: "attributes.x", b: "attributes.x", c: "email" }, "ambiguous_column"],
    [{ a: "attributes.not ok", c: "email" }, "unknown_mapping_field"],
  ])("refuses the mapping %j", (mapping, reason) => {
    expect(problemOf(["a", "b", "c"], mapping as Record<string, string>)?.reason).toBe(reason);
  });

  it("refuses more columns than a customer has attributes", () => {
    const many = Array.from({ length: 51 }, (_, index) => `x${index}`);
    expect(problemOf(["email", ...many])?.reason).toBe("too_many_columns");
    expect(problemOf(Array.from({ length: 501 }, (_, index) => `x${index}`))?.reason).toBe(
      "too_many_columns",
    );
  });
});
