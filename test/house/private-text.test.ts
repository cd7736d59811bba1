// Nothing committed tells where it was written: no path of somebody's machine, no host of a package registry's mirror.
import { expect, test } from "vitest";
import { houseFiles } from "./files.ts";

// Put together from parts, so that this file does not find itself.
const slash = "/";
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a home directory", new RegExp(`${slash}(?:home|Users)${slash}[a-z][\\w.-]*${slash}`)],
  ["root's home directory", new RegExp(`(?:^|[\\s"'\`=:(])${slash}root(?:${slash}|\\b)`, "m")],
  ["a working directory", new RegExp(`(?:^|[\\s"'\`=:(])${slash}(?:work|workspace)${slash}\\w`, "m")],
  ["a temporary directory", new RegExp(`(?:^|[\\s"'\`=:(])${slash}tmp${slash}\\w`, "m")],
];

// The lock file names the registry of each package; the public one is what everybody has.
const publicRegistry = ["registry", "npmjs", "org"].join(".");
const registryUrl = new RegExp(`"resolved": "https?:${slash}${slash}([^${slash}"]+)`, "g");

const texts = houseFiles(".").filter(({ path }) => !/\.(?:png|jpg|gif|ico|woff2|csv)$/.test(path));

test.each(forbidden)("no file names %s", (_, pattern) => {
  const found = texts.flatMap(({ path, read }) =>
    read()
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
  expect(found).toEqual([]);
});

test("the lock file names no registry but the public one", () => {
  const hosts = texts
    .filter(({ path }) => path.endsWith("package-lock.json"))
    .flatMap(({ read }) => [...read().matchAll(registryUrl)].map(([, host]) => host));
  expect([...new Set(hosts)].filter((host) => host !== publicRegistry)).toEqual([]);
});

test("no configuration of npm or Go points to a mirror", () => {
  const mirrors = /^\s*(?:@[\w-]+:)?registry\s*=|\bGOPROXY\s*=\s*http|--index-url|--registry[ =]http/m;
  expect(
    texts
      .filter(({ path, read }) => !path.startsWith("test/house/") && mirrors.test(read()))
      .map(({ path }) => path),
  ).toEqual([]);
});
