// The workers of every language keep every case, and a kit with a fault is found out.
import { beforeAll, describe, expect, test } from "vitest";
import { allCases, judge, type Verdict } from "./judge.ts";
import { kits, withFault, type FaultName } from "./planted.ts";
import { table } from "./table.ts";
import { languages } from "./workers.ts";

// Half a minute on a quiet machine; the same for a broken kit that must be built first.
const timeoutMs = 300_000;

describe("workers in every language", () => {
  const judged = new Map<string, Verdict[]>();
  beforeAll(async () => {
    // Before anything is judged, for building one may take a minute in which nothing else is looked at.
    const commands = languages.map(({ name, command }) => ({ name, command: command() }));
    await Promise.all(commands.map(async ({ name, command }) => judged.set(name, await judge(command))));
    console.log(
      table(languages.map(({ name }) => ({ name, verdicts: judged.get(name) ?? [] }))).lines.join("\n"),
    );
  }, timeoutMs);

  const rows = languages.flatMap(({ name }) => allCases.map((each) => ({ language: name, row: each.name })));
  test.each(rows)("$language keeps: $row", ({ language, row }) => {
    expect(judged.get(language)?.find(({ name }) => name === row)).toMatchObject({ failure: undefined });
  });
});

/** Which case finds a fault, and what it says. */
const finders: Readonly<Record<FaultName, { finder: RegExp; says: RegExp }>> = {
  "forgets the dead letter": { finder: /^dead letter: /, says: /there is no dead letter$/ },
  "acknowledges before the work is done": {
    finder: /^crash: /,
    says: /before the work was done, and is lost$/,
  },
  "counts waiting as failing": { finder: /^deferred: /, says: /^waiting was counted as failing/ },
  "checks no rules": { finder: /^invalid by rule$/, says: /there is no dead letter$/ },
  "sends no heartbeat": {
    finder: /^slow: /,
    says: /^the handler was called [2-9] times$|no heartbeat kept it$/,
  },
};

describe("a kit with a fault", () => {
  const planted = Object.entries(kits).flatMap(([language, kit]) =>
    (Object.keys(finders) as FaultName[]).map((fault) => ({ language, kit, fault })),
  );
  test.concurrent.each(planted)(
    "$language: one that $fault is found out",
    async ({ kit, fault }) => {
      const { finder, says } = finders[fault];
      const verdicts = await withFault(kit, kit.faults[fault], (command) =>
        judge(command, (name) => name === "valid" || finder.test(name)),
      );
      expect(verdicts.map(({ name, failure }) => ({ name, failure }))).toEqual([
        { name: "valid", failure: undefined },
        { name: expect.stringMatching(finder), failure: expect.stringMatching(says) },
      ]);
    },
    timeoutMs,
  );
});

test("the table says in one look who failed what, and why", () => {
  const kept = { failure: undefined, seconds: 1, tried: true };
  const { lines, failures } = table([
    { name: "One", verdicts: allCases.map(({ name }) => ({ ...kept, name })) },
    {
      name: "Other",
      verdicts: [
        { ...kept, name: "valid", failure: "it did nothing" },
        { ...kept, name: "unknown type", failure: "", tried: false },
      ],
    },
  ]);
  expect(failures).toBe(2);
  expect(lines[0]).toMatch(/^ +One +Other$/);
  expect(lines[1]).toMatch(/^valid +ok +FAIL$/);
  expect(lines.find((line) => line.startsWith("unknown type"))).toMatch(/^unknown type +ok +not tried$/);
  expect(lines.slice(-2)).toEqual([
    "FAIL Other, valid: it did nothing",
    `conformance: 2 of ${allCases.length + 2} not kept`,
  ]);
});
