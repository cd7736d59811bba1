import { expect, test } from "vitest";
import { readCustomerSenderConfig } from "./config.ts";

const env = {
  DATABASE_URL: "postgres://localhost/fanfare",
  NATS_URL: "nats://localhost",
  MAILGUN_API_KEY: "key",
  FANFARE_PUBLIC_URL: "https://mail.example.com",
  FANFARE_LINK_SECRET: "a secret of at least thirty-two characters",
};

test("a lease into which no call fits is refused, with both names and what to do", () => {
  const read = () =>
    readCustomerSenderConfig({ ...env, FANFARE_LEASE_MS: "10000", MAILGUN_TIMEOUT_MS: "9000" });
  expect(read).toThrow(
    /FANFARE_LEASE_MS is 10000 and MAILGUN_TIMEOUT_MS is 9000.*raise the one or lower the other/,
  );
});

test("the defaults fit together", () => {
  const config = readCustomerSenderConfig(env);
  expect(config.FANFARE_LEASE_MS).toBeGreaterThan(config.MAILGUN_TIMEOUT_MS);
});
