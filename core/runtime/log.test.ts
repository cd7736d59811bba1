import fc from "fast-check";
import { expect, it } from "vitest";
import { createLogger } from "./log.ts";

function lines() {
  const written: string[] = [];
  const log = createLogger({
    service: "test",
    level: "info",
    destination: { write: (line) => void written.push(line) },
  });
  return { log, written };
}

it("writes one JSON object a line, with service and level by name", () => {
  const { log, written } = lines();
  log.info({ blastId: "b1" }, "accepted");
  expect(JSON.parse(written[0] ?? "")).toMatchObject({
    level: "info",
    service: "test",
    blastId: "b1",
    msg: "accepted",
  });
});

it("keeps addresses and secrets out of fields, messages and errors", () => {
  const { log, written } = lines();
  log.info(
    { email: "ann@example.com", customer: { address: "1 Main St" }, apiKey: "k" },
    "to bob.o'neil+x@mail.example.co.uk",
  );
  log.error(
    { err: new Error('duplicate key (email)=(carol@example.com) at "postgres://app:pw@db/x"') },
    "failed",
  );
  log.info("Authorization: Bearer abcdefgh12345678 and key-0123456789abcdef0123456789abcdef");
  const all = written.join("");
  for (const secret of [
    "ann@",
    "Main St",
    "bob",
    "neil",
    "carol",
    "app:pw",
    "abcdefgh12345678",
    "0123456789abcdef",
  ]) {
    expect(all).not.toContain(secret);
  }
});

it("writes JSON whatever stands around an address", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), (noise) => {
      const { log, written } = lines();
      log.info(`${noise}\n\\dan@example.com${noise}`);
      expect(JSON.parse(written[0] ?? "").msg).not.toContain("dan@example.com");
    }),
  );
});
