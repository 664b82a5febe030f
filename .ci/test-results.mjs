/**
 * Reads vitest's JSON reports in a folder: `test-results.mjs FOLDER count` prints how many tests passed and failed,
 * `test-results.mjs FOLDER failures` names each failed test with why.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LINES = 25;
const [folder, what] = process.argv.slice(2);
const reports = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));

const print = (text) => process.stdout.write(`${text}\n`);
const print = (line) => process.stdout.write(`${line}\n`);
const firstLines = (text) => text.split('\n').slice(0, LINES).join('\n');

function* failures({ testResults }) {
  for (const { name, status, message, assertionResults } of testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    for (const test of failed)
      yield `FAIL  ${name} > ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}\n`;
    if (status === 'failed' && failed.length === 0) yield `FAIL  ${name}\n${firstLines(message)}\n`;
  }
}

if (what === 'count') {
  const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
  print(`${sum('numPassedTests')} ${sum('numFailedTests')}`);
} else {
  for (const report of reports) for (const failure of failures(report)) print(failure);
}
