// Prints `N passed, N failed` from the test runner's report. A test that was skipped counts as failed: none may be.
import { existsSync } from "node:fs"
import { readJson } from "./workspace.mjs"

const report = existsSync(process.argv[2]) ? readJson(process.argv[2]) : { numTotalTests: 0, numPassedTests: 0 }
const passed = report.numPassedTests
const failed = report.numTotalTests - passed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = passed > 0 && failed === 0 && report.success === true ? 0 : 1
