import { expect, test } from "vitest";
import { createTestDatabase } from "#test/support/database.ts";
import { createChance } from "./engine/chance.ts";
import { dumpBoth } from "./fidelity/dump.ts";
import { step } from "./fidelity/operations.ts";
import { createPair } from "./fidelity/pair.ts";
import { sound, type Switches } from "./memory/switches.ts";

const sequences = 16;
const steps = 120;

/** Puts the same questions to both; answers the first difference, or undefined when there is none. */
async function difference(seed: number, switches: Switches): Promise<string | undefined> {
  const { database, drop } = await createTestDatabase();
  try {
    const chance = createChance(seed);
    const pair = await createPair(database, chance, switches);
    for (let n = 1; n <= steps; n++) {
      const { name, realText, modelText } = await step(pair, chance);
      if (modelText !== realText)
        return `step ${n}, ${name}\nPostgreSQL: ${realText}\nmemory:     ${modelText}`;
    }
    for (const { table, realText, modelText } of await dumpBoth(pair))
      if (modelText !== realText) return `table ${table}\nPostgreSQL: ${realText}\nmemory:     ${modelText}`;
    return undefined;
  } finally {
    await drop();
  }
}

test.for(Array.from({ length: sequences }, (_, index) => index + 1))(
  "the ports in memory answer what PostgreSQL answers, whatever they are asked (sequence %i)",
  async (seed) => expect(await difference(seed, sound)).toBeUndefined(),
);

const tellable = [
  "fence",
  "claimOnlyFromWaiting",
  "markOnce",
  "lease",
  "mergeLate",
  "releaseOnce",
  "checkBalance",
  "rememberKeys",
  "logSkips",
  "recheckSuppressions",
] as const;

test.for(tellable)("a model without %s is told from PostgreSQL", { timeout: 60_000 }, async (name) => {
  for (let seed = 1; seed <= sequences; seed++) {
    if ((await difference(seed, { ...sound, [name]: false })) !== undefined) return;
  }
  expect.fail(`${sequences} sequences did not notice`);
});
