import { expect, test } from "vitest";
import type { ClaimableBlast } from "#core/adapters/postgres/deliveries/claim.ts";
import { createKnownBlasts } from "./known-blasts.ts";

const blast = { sending_domain: "mail.acme.example", verify_addresses: false } as ClaimableBlast;

function counted(answer: () => Promise<ClaimableBlast | undefined>) {
  let atMs = 0;
  let asked = 0;
  const loadBlast = () => {
    asked += 1;
    return answer();
  };
  const blasts = createKnownBlasts({ store: { loadBlast }, monotonicMs: () => atMs });
  return { blasts, asked: () => asked, wait: (ms: number) => (atMs += ms) };
}

test("batches of one blast ask once a second together, and those of another for themselves", async () => {
  const { blasts, asked, wait } = counted(async () => blast);
  await Promise.all([blasts.get("a", "1"), blasts.get("a", "1")]);
  wait(999);
  expect(await blasts.get("a", "1")).toMatchObject({ sending_domain: "mail.acme.example" });
  expect(asked()).toBe(1);
  wait(1);
  await blasts.get("a", "1");
  await blasts.get("b", "1");
  expect(asked()).toBe(3);
});

test("a blast that was not there, and a database that was away, are asked again at once", async () => {
  const answers = [async () => undefined, async () => Promise.reject(new Error("away")), async () => blast];
  const { blasts } = counted(() => answers.shift()!());
  expect(await blasts.get("a", "1")).toBeUndefined();
  await expect(blasts.get("a", "1")).rejects.toThrow("away");
  expect(await blasts.get("a", "1")).toBeDefined();
});
