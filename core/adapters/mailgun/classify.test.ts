import { expect, test } from "vitest";
import { bareMessageId, classifySend, MAX_EVIDENCE_CHARS } from "./classify.ts";
import type { Wire } from "./wire.ts";

const WIRE: Wire = {
  requested: true,
  connected: true,
  reusedSocket: false,
  unsent: false,
  status: undefined,
  headers: {},
  complete: false,
  errorCode: "",
  stopped: null,
};
const REFUSAL = {
  status: 400,
  message: "ECONNREFUSED",
  details: "connect ECONNREFUSED",
  type: "MailgunAPIError",
};

test("the library's word for a refused connection is not believed when the wire was not seen", () => {
  const wire = { ...WIRE, requested: false, connected: false };
  expect(classifySend({ wire, answer: undefined, error: REFUSAL }, 0)).toMatchObject({ kind: "in_doubt" });
  expect(
    classifySend({ wire: { ...wire, requested: true }, answer: undefined, error: REFUSAL }, 0),
  ).toMatchObject({ kind: "retryable" });
});

test("the library's status 400 for a lost answer is not taken for a refusal", () => {
  const error = { status: 400, message: "ECONNRESET", details: "socket hang up", type: "MailgunAPIError" };
  expect(classifySend({ wire: { ...WIRE, errorCode: "ECONNRESET" }, answer: undefined, error }, 0)).toEqual({
    kind: "in_doubt",
    reason: "connection_lost",
    evidence: "ECONNRESET on a new connection, before an answer: socket hang up",
  });
});

test.each([100, 204, 303, 304, 409, 425, 451, 499, 500, 599])("status %i is in doubt", (status) => {
  expect(
    classifySend({ wire: { ...WIRE, status, complete: true }, answer: undefined, error: undefined }, 0).kind,
  ).toBe("in_doubt");
});

test("evidence is one short line", () => {
  const error = { status: 400, message: "", details: `a\n\tb ${"x".repeat(10_000)}` };
  const result = classifySend(
    { wire: { ...WIRE, status: 400, complete: true }, answer: undefined, error },
    0,
  );
  expect(result).toHaveProperty("evidence", expect.stringMatching(/^HTTP 400: a b x+$/));
  expect("evidence" in result && result.evidence.length).toBe(MAX_EVIDENCE_CHARS);
});

test("a message id has one spelling", () => {
  expect([bareMessageId("<1@x>"), bareMessageId("1@x"), bareMessageId(" <1@x> ")]).toEqual([
    "1@x",
    "1@x",
    "1@x",
  ]);
});
