// House style, where a machine can see it. Everything else is for reviews.
import { basename } from "node:path";
import { expect, test } from "vitest";
import { houseFile, houseFiles } from "./files.ts";

const maxLines = 300;

const sources = houseFiles("*.ts", "*.mjs").filter(({ path }) => !path.startsWith("gen/"));
// What a house test plants as a violation is not one.
const judged = sources.filter(({ path }) => !path.startsWith("test/house/"));

const offenders = (files: typeof sources, isOne: (text: string, path: string) => boolean) =>
  files.filter(({ path, read }) => isOne(read(), path)).map(({ path }) => path);

test("there is something to judge", () => {
  expect(judged.length).toBeGreaterThan(200);
});

test("names of files are kebab-case", () => {
  const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|fixture|test-support|config))?\.(?:ts|mjs)$/;
  expect(sources.filter(({ path }) => !kebab.test(basename(path))).map(({ path }) => path)).toEqual([]);
});

test(`no file is longer than ${maxLines} lines`, () => {
  // A table with a column for each column of the database, and nothing to split it by.
  const allowed = ["core/adapters/postgres/schema.ts"];
  const long = offenders(sources, (text) => text.trimEnd().split("\n").length > maxLines);
  expect(long.filter((path) => !allowed.includes(path))).toEqual([]);
});

test("there are no enums, which type stripping cannot run", () => {
  expect(
    offenders(judged, (text) => /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+/m.test(text)),
  ).toEqual([]);
});

test("there are no default exports but where a tool asks for one", () => {
  const named = judged.filter(({ path }) => !path.endsWith(".config.ts"));
  expect(offenders(named, (text) => /^export default\b/m.test(text))).toEqual([]);
});

test("constructors assign their fields themselves", () => {
  const property = /constructor\s*\([^)]*\b(?:public|private|protected|readonly)\s+\w+/;
  expect(offenders(judged, (text) => property.test(text))).toEqual([]);
});

test("`make help` lists every target", () => {
  const makefile = houseFile("Makefile");
  const phony = [...makefile.matchAll(/^\.PHONY: (.+)$/gm)].flatMap(([, names]) => names?.split(" ") ?? []);
  const described = [...makefile.matchAll(/^([a-z-]+):.*## \S/gm)].map(([, name]) => name);
  expect(phony.length).toBeGreaterThan(5);
  expect(new Set(described)).toEqual(new Set(phony));
  const readme = houseFile("README.md");
  for (const name of phony) expect(readme).toContain(`| \`make ${name}\` |`);
});
