import fc from "fast-check";
import { expect, test } from "vitest";
import { readUnsubscribePath, unsubscribePath } from "./unsubscribe-link.ts";

const secret = "a secret of at least thirty-two characters";
const who = {
  agencyId: "0197a3c4-0000-7000-8000-000000000001",
  customerId: "0197a3c4-0000-7000-8000-000000000002",
};
const path = unsubscribePath(who, secret);

test("a link reads back as whom it was made for, and only under its own secret", () => {
  expect(readUnsubscribePath(path, secret)).toEqual(who);
  expect(readUnsubscribePath(path, `${secret}!`)).toBeUndefined();
});

test("no other link follows from one: every changed character is refused", () => {
  fc.assert(
    fc.property(
      fc.nat(path.length - 1),
      fc.constantFrom("0", "a", "Z", "-", "_", "/", "."),
      (at, character) => {
        const changed = path.slice(0, at) + character + path.slice(at + 1);
        const read = readUnsubscribePath(changed, secret);
        // The last character of a base64url signature carries two bits; other spellings of the same bytes are the same signature.
        if (changed !== path && at < path.length - 1) expect(read).toBeUndefined();
        else if (read !== undefined) expect(read).toEqual(who);
      },
    ),
  );
});

test("agency and customer cannot be exchanged", () => {
  const exchanged = unsubscribePath({ agencyId: who.customerId, customerId: who.agencyId }, secret);
  expect(exchanged.split("/").at(-1)).not.toBe(path.split("/").at(-1));
});

test.each([
  "",
  "/",
  "/unsubscribe",
  `/unsubscribe/${who.agencyId}/${who.customerId}`,
  `/unsubscribe/${who.agencyId}/${who.customerId}/`,
  `${path}/more`,
  `${path}AA`,
])("%j is no link", (text) => {
  expect(readUnsubscribePath(text, secret)).toBeUndefined();
});
