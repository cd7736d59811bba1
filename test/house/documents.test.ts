// What documents tell people to type is a command that exists and a query that runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { EXIT } from "../../services/cli/exit-codes.ts";
import { run } from "../../services/cli/test-support.ts";
import { houseFile } from "./files.ts";

const anyId = "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e";
const documents = ["README.md", "docs/runbook.md", "docs/security.md", "deploy/README.md"];

type Line = { document: string; text: string };

/** The lines of all blocks of code that begin with a word, without their comments. */
function codeLines(word: string): Line[] {
  return documents.flatMap((document) => {
    const blocks = houseFile(document)
      .split(/^```[a-z]*$/m)
      .filter((_, index) => index % 2 === 1);
    const lines = blocks.flatMap((block) => block.split("\n")).filter((line) => line.startsWith(`${word} `));
    return lines.map((line) => ({ document, text: line.replace(/\s+# .*$/, "") }));
  });
}

let files: string;
let database: TestDatabase;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), "fanfare-documents-"));
  for (const name of ["customers.csv", "storm.html", "storm.txt"])
    writeFileSync(join(files, name), "email\nada@example.com\n");
  database = await createTestDatabase();
});

afterAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await database?.drop();
});

const commands = codeLines("fanfare");
const queries = codeLines("sql");

test("there is something to check", () => {
  expect(commands.length).toBeGreaterThan(20);
  expect(queries.length).toBeGreaterThan(8);
});

// Nothing listens on port 1: a command line that is right gets as far as that, and a wrong one does not.
test.each(commands)("$document: $text", async ({ text }) => {
  const args = [...text.replaceAll("BLAST", anyId).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
  const env = { FANFARE_URL: "http://127.0.0.1:1", FANFARE_API_KEY: "ff_test", FANFARE_AGENCY: anyId };
  const ran = await run([...args.slice(1), "--retries", "0"], env, { directory: files });
  expect(ran).toMatchObject({ code: EXIT.unreachable });
});

test.each(queries)("$document: $text", async ({ text }) => {
  const [, query = ""] = /^sql "(.*)"$/.exec(text) ?? [];
  expect(query).not.toBe("");
  await database.database.asSystem((tx) => sql.raw(query.replaceAll("AGENCY", anyId)).execute(tx));
});
