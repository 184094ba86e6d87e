// Prints `N passed, N failed` from the reports of the test runner. A skipped test counts as failed.
import { existsSync } from "node:fs"
import { readJson } from "../setup/workspace.mjs"

interface Report {
  readonly numTotalTests: number
  readonly numPassedTests: number
  readonly success: boolean
}

const none: Report = { numTotalTests: 0, numPassedTests: 0, success: false }
const reports: ReadonlyArray<Report> = process.argv.slice(2).map((path) => existsSync(path) ? readJson(path) : none)
const sum = (count: "numTotalTests" | "numPassedTests") => reports.reduce((total, report) => total + report[count], 0)
const passed = sum("numPassedTests")
const failed = sum("numTotalTests") - passed
console.log(`${passed} passed, ${failed} failed`)
const isGreen = (report: Report) => report.success && report.numPassedTests > 0
process.exitCode = failed === 0 && reports.length > 0 && reports.every(isGreen) ? 0 : 1
