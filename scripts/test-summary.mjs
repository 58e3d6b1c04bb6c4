/**
 * Reads Vitest's JSON report and closes a run with one line: `N passed, N failed, N skipped`. Fails when nothing ran, when
 * anything failed, and when anything was skipped: a skipped test is a check that nobody made.
 */
import { readFileSync } from 'node:fs';

const file = process.argv[2] ?? '';
let report;
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  console.error('no test report was written');
  process.exit(1);
}
const { numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: failedFiles } = report;
const skipped = report.numPendingTests + report.numTodoTests;
for (const { assertionResults } of report.testResults) {
  for (const { status, fullName } of assertionResults) {
    if (status !== 'passed' && status !== 'failed') console.error(`${status}: ${fullName}`);
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(passed > 0 && failed === 0 && failedFiles === 0 && skipped === 0 ? 0 : 1);
