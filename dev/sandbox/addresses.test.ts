import { describe, expect, test } from "vitest";
import { isAddress, parseMailboxes } from "./addresses.ts";
import { outcomeOf } from "./steering.ts";

describe("addresses", () => {
  test.each([
    "ada@example.com",
    "a.b+c@sub.example.co",
    "o'neil@example.com",
    "grüße@exämple.com",
    "x@a-b.io",
  ])("%s is one", (text) => {
    expect(isAddress(text)).toBe(true);
  });

  test.each([
    "",
    "ada",
    "ada@",
    "@example.com",
    "ada@localhost",
    "a b@example.com",
    "a..b@example.com",
    ".a@example.com",
    "a@b@",
    "a@-x.com",
    "a@x..com",
    `${"a".repeat(65)}@example.com`,
  ])("%s is none", (text) => {
    expect(isAddress(text)).toBe(false);
  });

  test("a list may hold display names, with commas in quotes", () => {
    expect(parseMailboxes('a@x.com, "Last, \\"Q\\" First" <b@y.com>, Ada <c@z.com>')).toEqual([
      { address: "a@x.com", name: "", header: "a@x.com" },
      { address: "b@y.com", name: 'Last, "Q" First', header: '"Last, \\"Q\\" First" <b@y.com>' },
      { address: "c@z.com", name: "Ada", header: "Ada <c@z.com>" },
    ]);
  });

  test("one wrong member spoils the list", () => {
    expect(parseMailboxes("a@x.com, b")).toBeNull();
    expect(parseMailboxes("a@x.com,")).toBeNull();
  });
});

test.each([
  ["bounce@x.com", "bounce"],
  ["Bounce-17@x.com", "bounce"],
  ["softbounce.a@x.com", "softbounce"],
  ["ada+complain@x.com", "complain"],
  ["click42@x.com", "click"],
  ["bouncer@x.com", "deliver"],
  ["openshaw@x.com", "deliver"],
  ["ada@bounce.com", "deliver"],
])("%s is steered to %s", (address, outcome) => {
  expect(outcomeOf(address)).toBe(outcome);
});
