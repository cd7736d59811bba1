import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanDisplayName, formatMailbox } from "./display-name.ts";
import { normaliseAddress } from "./normalise-address.ts";

describe("normaliseAddress", () => {
  it.each([
    ["ann@example.com", "ann@example.com", "ann@example.com"],
    ["Ann.Lee@EXAMPLE.Com", "Ann.Lee@example.com", "ann.lee@example.com"],
    ["  ann@example.com\r\n", "ann@example.com", "ann@example.com"],
    ["\u00a0\u200bann@example.com\ufeff\u3000", "ann@example.com", "ann@example.com"],
    ["mailto:ann@example.com", "ann@example.com", "ann@example.com"],
    ["MAILTO:ann%2Bx@example.com?subject=Hi", "ann+x@example.com", "ann+x@example.com"],
    ["Ann <Ann@example.com>", "Ann@example.com", "ann@example.com"],
    ['"Lee, Ann" <ann@example.com>', "ann@example.com", "ann@example.com"],
    ["<ann@example.com>", "ann@example.com", "ann@example.com"],
    ["<mailto:ann@example.com>", "ann@example.com", "ann@example.com"],
    ["ann@example.com.", "ann@example.com", "ann@example.com"],
    ["ann@example.com...", "ann@example.com", "ann@example.com"],
    ["ann@Bücher.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"],
    ["ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"],
    ["ann@例え。テスト", "ann@xn--r8jz45g.xn--zckzah", "ann@xn--r8jz45g.xn--zckzah"],
    ["o'neil+tag=x/y@ex-ample.co.uk", "o'neil+tag=x/y@ex-ample.co.uk", "o'neil+tag=x/y@ex-ample.co.uk"],
    ["Jörg@example.com", "Jörg@example.com", "jörg@example.com"],
    ["Jo\u0308rg@example.com", "Jörg@example.com", "jörg@example.com"],
    ["a.n.n+x@gmail.com", "a.n.n+x@gmail.com", "a.n.n+x@gmail.com"],
  ])("reads %j as %s with key %s", (raw, address, key) => {
    expect(normaliseAddress(raw)).toEqual({ ok: true, address, key });
  });

  it.each([
    ["a.n.n+x@googlemail.com", "ann@gmail.com"],
    ["a.n.n+x@example.com", "a.n.n@example.com"],
    ["+x@example.com", "+x@example.com"],
  ])("folds %s to %s when asked to", (raw, key) => {
    expect(normaliseAddress(raw, { foldMailboxAliases: true })).toMatchObject({
      ok: true,
      address: raw,
      key,
    });
  });

  it.each([
    ["", "empty"],
    [" \u200b ", "empty"],
    ["Ann <>", "empty"],
    ["ann", "no_at_sign"],
    ["ann.example.com", "no_at_sign"],
    ["a@x.com, b@x.com", "several_addresses"],
    ["a@x.com;b@x.com", "several_addresses"],
    ["a@b@x.com", "several_addresses"],
    ["A <a@x.com> B <b@x.com>", "several_addresses"],
    ["ann@exam\nple.com", "control_character"],
    ["ann\u0000@example.com", "control_character"],
    ["mailto:ann%0d%0aBcc:x@example.com", "control_character"],
    ["@example.com", "local_part_invalid"],
    ["ann lee@example.com", "local_part_invalid"],
    [".ann@example.com", "local_part_invalid"],
    ["ann.@example.com", "local_part_invalid"],
    ["an..n@example.com", "local_part_invalid"],
    ['"ann lee"@example.com', "local_part_invalid"],
    ["an\u200bn@example.com", "local_part_invalid"],
    [`${"a".repeat(65)}@example.com`, "local_part_too_long"],
    [`${"ä".repeat(33)}@example.com`, "local_part_too_long"],
    ["ann@", "domain_invalid"],
    ["ann@localhost", "domain_invalid"],
    ["ann@127.0.0.1", "domain_invalid"],
    ["ann@[127.0.0.1]", "domain_invalid"],
    ["ann@-x.com", "domain_invalid"],
    ["ann@x-.com", "domain_invalid"],
    ["ann@ex_ample.com", "domain_invalid"],
    ["ann@x..com", "domain_invalid"],
    ["ann@x.com/path", "domain_invalid"],
    ["ann@ü.com:80", "domain_invalid"],
    ["ann@bü%41.com", "domain_invalid"],
    [`ann@${"a".repeat(64)}.com`, "domain_invalid"],
    [`ann@${"a.".repeat(127)}com`, "domain_too_long"],
    [`${"b".repeat(60)}@${"abcdefghi.".repeat(20)}com`, "too_long"],
    ["x".repeat(5_000), "too_long"],
  ])("refuses %j: %s", (raw, reason) => {
    expect(normaliseAddress(raw)).toMatchObject({ ok: false, reason });
  });

  it("says how to mend a wrong address", () => {
    expect(normaliseAddress("ann")).toMatchObject({
      message: "The address has no @; write name@example.com.",
    });
  });

  it("never changes what it has already normalised, and never lets a separator or control character through", () => {
    const raws = fc.oneof(
      fc.emailAddress(),
      fc.string({ unit: "binary", maxLength: 30 }),
      fc
        .tuple(fc.string({ unit: "grapheme", maxLength: 8 }), fc.domain())
        .map(([local, domain]) => `${local}@${domain}`),
    );
    fc.assert(
      fc.property(raws, (raw) => {
        const first = normaliseAddress(raw);
        if (!first.ok) return;
        expect(normaliseAddress(first.address)).toEqual(first);
        expect(normaliseAddress(first.key)).toMatchObject({ ok: true, key: first.key });
        expect(first.address).not.toMatch(/[\s,;<>"\p{Cc}]/u);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("display names", () => {
  it.each([
    ["Ann Lee", "Ann Lee <a@x.com>"],
    ["Lee, Ann", '"Lee, Ann" <a@x.com>'],
    ['Ann "The" \\ Lee', '"Ann \\"The\\" \\\\ Lee" <a@x.com>'],
    ["Ann\r\nBcc: b@x.com", '"Ann Bcc: b@x.com" <a@x.com>'],
    ["\u202eevil", "evil <a@x.com>"],
    ["Jörg", '"Jörg" <a@x.com>'],
    ["", "a@x.com"],
    [" \n ", "a@x.com"],
  ])("write %j safely", (name, expected) => {
    expect(formatMailbox(name, "a@x.com")).toBe(expected);
  });

  it("are cut without breaking a character", () => {
    expect(cleanDisplayName("😀".repeat(200))).toBe("😀".repeat(128));
  });
});
