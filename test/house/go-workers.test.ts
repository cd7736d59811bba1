// The Go modules are part of the house: what deploy/ gives the exporter is what it reads, and the modules agree on where the contracts are.
import { describe, expect, test } from "vitest";
import { houseFile, houseFiles } from "./files.ts";

const settings = houseFile("services/exporter/config.go");
const known = [...new Set(settings.match(/(?<=")[A-Z][A-Z0-9]*_[A-Z0-9_]+(?=")/g) ?? [])];
const required = [...settings.matchAll(/text\("([A-Z_]+)", "",/g)].map(([, name]) => name ?? "");
const [, compose = ""] = /^ {2}exporter:\n((?: {4}.*\n|\n)+)/m.exec(houseFile("deploy/compose.yaml")) ?? [];
const manifest = houseFile("deploy/k8s/exporter.yaml");

describe("the exporter", () => {
  test.each([
    ["compose", [...compose.matchAll(/^ {6}([A-Z][A-Z0-9_]+): /gm)]],
    ["Kubernetes", [...manifest.matchAll(/^ +- name: ([A-Z][A-Z0-9_]+)$/gm)]],
  ])("is given in %s what it requires, and nothing that it does not read", (_, found) => {
    const given = found.map(([, name]) => name ?? "");
    expect(required).toContain("FANFARE_EXPORT_STORE");
    expect(given).toEqual(expect.arrayContaining(required));
    expect(known).toEqual(expect.arrayContaining(given));
  });

  test("has its variables in README's table", () => {
    const readme = houseFile("README.md");
    expect(known.length).toBeGreaterThan(5);
    for (const variable of known) expect(readme).toContain(`| \`${variable}\` |`);
  });

  test("is an image with its own program, and its probes are asked", () => {
    expect(houseFile("deploy/Dockerfile")).toContain('CMD ["/exporter"]');
    for (const needed of ["path: /healthz", "path: /readyz", "image: fanfare/exporter\n"])
      expect(manifest).toContain(needed);
  });
});

test("Go modules take the kit and the contracts from this checkout, and ask for the same Go", () => {
  const versions = new Set<string | undefined>();
  for (const { path, read } of houseFiles("gen/go/go.mod", "kits/go/go.mod", "services/exporter/go.mod")) {
    const text = read();
    versions.add(/^go (\S+)$/m.exec(text)?.[1]);
    for (const [, own = ""] of text.matchAll(
      /^\s*(?:require )?github\.com\/fanfare-mail\/fanfare\/(\S+) v/gm,
    ))
      expect(text, path).toMatch(new RegExp(`github\\.com/fanfare-mail/fanfare/${own} => \\.\\./`));
  }
  expect(versions.size).toBe(1);
  expect(houseFile("deploy/Dockerfile")).toContain(`golang:${[...versions][0]?.replace(/\.\d+$/, "")} AS`);
});

test("no Go file is longer than 300 lines", () => {
  const long = houseFiles("kits/go/*.go", "services/*.go").filter(
    ({ read }) => read().split("\n").length > 300,
  );
  expect(long.map(({ path }) => path)).toEqual([]);
});
