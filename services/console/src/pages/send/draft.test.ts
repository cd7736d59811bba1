import { expect, test } from "vitest";
import { audienceOf, emptyDraft, isUntouched, missingIn } from "./draft.ts";

const draft = emptyDraft("a", 0);

test("an empty filter is everybody, and a list that was not chosen is nobody", () => {
  expect(audienceOf({ kind: "list", listId: "" })).toBeUndefined();
  expect(audienceOf({ kind: "paste", text: "ann@example.com", listId: "" })).toBeUndefined();
  expect(audienceOf({ kind: "filter", conditions: [] })).toEqual({
    of: { case: "filter", value: { emailDomain: "", locale: "", attributes: {} } },
  });
});

test("conditions become the filter; one without a value counts for nothing", () => {
  const conditions = [
    { field: "domain", value: " @Example.COM " },
    { field: "attributes.city", value: "Miami" },
    { field: "attributes.policy", value: " " },
    { field: "locale", value: "en-US" },
    { field: "", value: "x" },
  ];
  expect(audienceOf({ kind: "filter", conditions })?.of).toMatchObject({
    value: { emailDomain: "example.com", locale: "en-US", attributes: { city: "Miami" } },
  });
});

test("a draft says what it still lacks", () => {
  expect(missingIn(draft)).toEqual(["an audience", "a template", "a name"]);
  const said = { ...draft, name: "n", templateId: "t", audience: { kind: "list" as const, listId: "l" } };
  expect(missingIn(said)).toEqual([]);
  expect(missingIn({ ...said, when: { kind: "later", localStart: "" } })).toEqual(["a date and time"]);
});

test("only a draft about which nothing was said is untouched", () => {
  expect(isUntouched(draft)).toBe(true);
  expect(isUntouched({ ...draft, lane: "bulk" })).toBe(true);
  expect(isUntouched({ ...draft, audience: { kind: "paste", text: "a", listId: "" } })).toBe(false);
});
