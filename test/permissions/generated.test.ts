import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { roles } from "#dev/nats-config/roles.ts";
import { usersText } from "#dev/nats-config/users-text.ts";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";

const deployed = readFileSync(new URL("../../deploy/nats/users.conf", import.meta.url), "utf8");
const mend =
  "The rights that the contracts give have changed. If that is meant: make nats-config, and commit deploy/nats/users.conf.";

test("deploy/nats/users.conf is what contracts and roles give", () => {
  expect(usersText(roles), mend).toBe(deployed);
});

test.each([
  ["customer-sender may also order blasts", { publishes: [SendBlastToCustomerListSchema] }],
  ["customer-sender also takes another queue", { takes: [SendBlastToCustomerListSchema] }],
  ["customer-sender also keeps the streams", { keepsTopology: true as const }],
])("a planted widening is seen: %s", (_, more) => {
  const widened = roles.map((role) => (role.user === "customer-sender" ? { ...role, ...more } : role));
  expect(usersText(widened)).not.toBe(deployed);
});

test("no password stands in the file", () => {
  const passwords = [...deployed.matchAll(/password: (\S+)/g)].map(([, value]) => value);
  expect(passwords).toHaveLength(roles.length);
  for (const value of passwords) expect(value).toMatch(/^\$NATS_[A-Z_]+_PASSWORD$/);
});

test("a user that is to be rotated must exist", () => {
  expect(() => usersText(roles, ["nobody"])).toThrow("There is no user nobody");
});
