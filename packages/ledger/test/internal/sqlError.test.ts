import { assert, describe, it } from "@effect/vitest"
import { isBusy, toLedgerError } from "../../src/internal/sqlError.js"

const sqlError = (code: string, message = "secret") => ({
  _tag: "SqlError",
  cause: { code, message, cause: new Error("secret") }
})

describe("toLedgerError", () => {
  it.each([
    ["08006", "Unavailable"],
    ["25P03", "Unavailable"],
    ["26000", "Unavailable"],
    ["28P01", "Unavailable"],
    ["42501", "Unavailable"],
    ["42P05", "Unavailable"],
    ["53300", "Unavailable"],
    ["55006", "Unavailable"],
    ["57P01", "Unavailable"],
    ["ECONNRESET", "Unavailable"],
    ["SQLITE_IOERR_WRITE", "Unavailable"],
    ["SQLITE_PROTOCOL", "Unavailable"],
    ["UNKNOWN_SQLITE_ERROR_1544", "Unavailable"],
    ["UNKNOWN_SQLITE_ERROR_5130", "Unavailable"],
    ["40001", "Locked"],
    ["55P03", "Locked"],
    ["SQLITE_BUSY_SNAPSHOT", "Locked"],
    ["UNKNOWN_SQLITE_ERROR_773", "Locked"],
    ["XX001", "Corrupt"],
    ["UNKNOWN_SQLITE_ERROR_523", "Corrupt"],
    ["53100", "Full"],
    ["SQLITE_FULL", "Full"],
    ["42P01", "Schema"],
    ["42P07", "Schema"],
    ["22P05", "Unknown"],
    ["23514", "Unknown"],
    ["SQLITE_CONSTRAINT_CHECK", "Unknown"],
    ["UNKNOWN_SQLITE_ERROR_9999", "Unknown"]
  ])("takes the code %s for %s, and quotes no message", (code, reason) => {
    const error = toLedgerError("find", "The database", sqlError(code))
    assert.strictEqual(error.reason, reason)
    assert.notInclude(JSON.stringify(error), "secret")
  })

  it("takes a missing table of SQLite for Schema, and another error of a statement for Unknown", () => {
    const reason = (message: string) => toLedgerError("find", "a.db", sqlError("SQLITE_ERROR", message)).reason
    assert.strictEqual(reason("SQLITE_ERROR: no such table: openrouter_ledger"), "Schema")
    assert.strictEqual(reason("SQLITE_ERROR: near \"(\": syntax error"), "Unknown")
  })

  it.each([
    ["08P01", /its connection pooler, such as PgBouncer/],
    ["26000", /prepared statements: turn them off/],
    ["42P05", /prepared statements: turn them off/]
  ])("says what a person can do about the code %s of a connection pooler", (code, words) => {
    assert.match(toLedgerError("find", "The database", sqlError(code)).message, words)
  })

  it("says that a file or its folder cannot be written", () => {
    for (const code of ["UNKNOWN_SQLITE_ERROR_1544", "SQLITE_CANTOPEN", "EACCES"]) {
      assert.match(
        toLedgerError("open", "a.db", sqlError(code)).message,
        /^a\.db cannot be opened for writing: .*folder/
      )
    }
  })
})

describe("isBusy", () => {
  it("is true for each code of a busy database", () => {
    assert.isTrue(isBusy(sqlError("SQLITE_BUSY")))
    assert.isTrue(isBusy(sqlError("UNKNOWN_SQLITE_ERROR_773")))
    assert.isFalse(isBusy(sqlError("SQLITE_LOCKED")))
  })
})
