import { expect, test } from "vitest";
import { countTests } from "./test-count.ts";
import type { VitestReport } from "./test-count.ts";

const file = (name: string, status: string, ...tests: string[]) => ({
  name,
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const report = (
  passed: number,
  failed: number,
  ...testResults: VitestReport["testResults"]
): VitestReport => ({
  success: failed === 0,
  numPassedTests: passed,
  numFailedTests: failed,
  testResults,
});

test("passed and failed tests are counted", () => {
  const mixed = report(2, 1, file("a", "failed", "passed", "failed"), file("b", "passed", "passed"));
  expect(countTests(mixed, 1)).toEqual({ passed: 2, failed: 1, notes: [] });
});

test("a file that does not load is a failure", () => {
  const unloaded = report(1, 0, file("a", "passed", "passed"), file("b", "failed"));
  expect(countTests(unloaded, 1)).toEqual({ passed: 1, failed: 1, notes: ["b failed outside its tests"] });
});

test("a run that vitest calls failed is a failure even when all tests passed", () => {
  expect(countTests(report(1, 0, file("a", "passed", "passed")), 1).failed).toBe(1);
});

test("no test and no report are failures", () => {
  expect(countTests(report(0, 0), 0)).toMatchObject({ failed: 1, notes: ["no test ran"] });
  expect(countTests(undefined, 1)).toMatchObject({ failed: 1, notes: ["vitest wrote no report"] });
});
