/** What we read of vitest's JSON report. */
export type VitestReport = {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
};

export type TestCount = { passed: number; failed: number; notes: string[] };

/**
 * Counts so that nothing bad can hide behind green tests: a file that failed without a failed test in it (it did not
 * load, a hook threw) is a failure, and so is a run that vitest itself calls failed (an unhandled error, a leak), and
 * one without any test.
 */
export function countTests(report: VitestReport | undefined, exitCode: number | null): TestCount {
  if (report === undefined) return { passed: 0, failed: 1, notes: ["vitest wrote no report"] };
  const notes: string[] = [];
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  for (const { name } of broken) notes.push(`${name} failed outside its tests`);
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + broken.length;
  if (failed === 0 && (exitCode !== 0 || !report.success)) {
    notes.push("vitest failed outside the tests: see above");
    failed = 1;
  }
  if (failed === 0 && passed === 0) {
    notes.push("no test ran");
    failed = 1;
  }
  return { passed, failed, notes };
}
