// The Python workers are part of the house: what deploy/ gives them is what they read, and their environment is pinned whole.
import { describe, expect, test } from "vitest";
import { houseFile, houseFiles } from "./files.ts";

const settings =
  houseFile("services/reporter/reporter/settings.py") + houseFile("kits/python/fanfare_worker/settings.py");
const known = [...settings.matchAll(/"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"/g)].map(([, name]) => name ?? "");
const required = ["NATS_URL", "FANFARE_URL", "FANFARE_REPORTER_KEY", "FANFARE_REPORT_DIR"];
const [, compose = ""] = /^ {2}reporter:\n((?: {4}.*\n|\n)+)/m.exec(houseFile("deploy/compose.yaml")) ?? [];
const manifest = houseFile("deploy/k8s/reporter.yaml");

describe("the reporter", () => {
  test.each([
    ["compose", [...compose.matchAll(/^ {6}([A-Z][A-Z0-9_]+): /gm)]],
    ["Kubernetes", [...manifest.matchAll(/^ +- name: ([A-Z][A-Z0-9_]+)$/gm)]],
  ])("is given in %s what it requires, and nothing that it does not read", (_, found) => {
    const given = found.map(([, name]) => name ?? "");
    expect(given).toEqual(expect.arrayContaining(required));
    expect(known).toEqual(expect.arrayContaining(given));
  });

  test("has its variables in README's table", () => {
    const readme = houseFile("README.md");
    for (const variable of known) expect(readme).toContain(`| \`${variable}\` |`);
  });

  test("runs in its image on the Python that its target names, and its probes are asked", () => {
    expect(houseFile("deploy/Dockerfile")).toContain('CMD ["python", "services/reporter/main.py"]');
    for (const needed of ["path: /healthz", "path: /readyz", "image: fanfare/reporter\n"])
      expect(manifest).toContain(needed);
  });
});

test("every Python package is pinned to one release and its hashes", () => {
  for (const path of ["services/reporter/requirements.txt", "dev/bootstrap/python-test-requirements.txt"]) {
    const blocks = houseFile(path)
      .replaceAll(/^#.*\n/gm, "")
      .replaceAll("\\\n", "")
      .trim()
      .split("\n");
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks)
      expect(block).toMatch(/^[a-z0-9-]+==[\w.]+( ; [^-]+)? +--hash=sha256:[0-9a-f]{64}/);
  }
});

test("no Python file is longer than 300 lines", () => {
  const own = houseFiles("kits/python/*.py", "services/*.py").filter(
    ({ read }) => read().split("\n").length > 300,
  );
  // Tests are tables of sentences.
  expect(own.map(({ path }) => path).filter((path) => !path.includes("/tests/"))).toEqual([]);
});
