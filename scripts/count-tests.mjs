// Prints `N passed, N failed` from the test runner's reports. A test that was skipped counts as failed: none may be.
import { existsSync } from "node:fs"
import { readJson } from "./workspace.mjs"

const none = { numTotalTests: 0, numPassedTests: 0, success: false }
const reports = process.argv.slice(2).map((path) => existsSync(path) ? readJson(path) : none)
const sum = (count) => reports.reduce((total, report) => total + report[count], 0)
const passed = sum("numPassedTests")
const failed = sum("numTotalTests") - passed
console.log(`${passed} passed, ${failed} failed`)
const isGreen = (report) => report.success === true && report.numPassedTests > 0
process.exitCode = failed === 0 && reports.length > 0 && reports.every(isGreen) ? 0 : 1
