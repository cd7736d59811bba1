import { expect, it } from "vitest";
import { z } from "zod";
import { ConfigError, flagVariable, integerVariable, portVariable, readConfig } from "./config.ts";

const shape = {
  DATABASE_URL: z.string().describe("a PostgreSQL address, for example postgres://fanfare@localhost/fanfare"),
  PORT: portVariable().default(8080),
  BATCHES: integerVariable(1, 64).default(4),
  VERBOSE: flagVariable().default(false),
};

it("reads typed values and fills in defaults, also for empty variables", () => {
  expect(
    readConfig(shape, { DATABASE_URL: "postgres://x", PORT: "0", BATCHES: "", VERBOSE: "1", OTHER: "x" }),
  ).toEqual({
    DATABASE_URL: "postgres://x",
    PORT: 0,
    BATCHES: 4,
    VERBOSE: true,
  });
});

it("lists every variable that is wrong, why, and how to mend it, and no value", () => {
  const secret = "hush-99999";
  let failure: unknown;
  try {
    readConfig(shape, { PORT: secret, BATCHES: "65", VERBOSE: "maybe" });
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(ConfigError);
  const { message } = failure as ConfigError;
  expect(message).toContain("DATABASE_URL: is not set. Expected: a PostgreSQL address");
  expect(message).toContain("PORT: is not a whole number");
  expect(message).toContain("BATCHES: must be at most 64");
  expect(message).toContain("VERBOSE: must be true or false");
  expect(message).not.toContain(secret);
});
