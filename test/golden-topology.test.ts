import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { wantedTopology } from "#core/adapters/nats/wanted-topology.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";

const file = new URL("topology.golden.json", import.meta.url);

// `buf breaking` does not look at options, so this file does: a worker in another language relies on every line of it.
it("travels on exactly the streams and consumers that topology.golden.json pins", () => {
  const actual = `${JSON.stringify(wantedTopology([...allWorkContracts, ...allEventContracts]), null, 2)}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, actual);
  expect(
    actual,
    "The topology that the contracts declare has changed. Workers that already run, in any language, rely on the old one. " +
      "If the change is meant, accept it with: UPDATE_GOLDEN=1 npx vitest run test/golden-topology.test.ts, and commit test/topology.golden.json.",
  ).toBe(readFileSync(file, "utf8"));
});
