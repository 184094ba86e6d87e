import { assert, describe, it } from "@effect/vitest"
import { pathToFileURL } from "node:url"
import { toFilePath } from "../../src/internal/filePath.js"

describe("toFilePath", () => {
  it.each(["ledger.db", "./a b/ledger.db", "/data/100%.db", "/data/a#b?c.db", "C:\\data\\ledger.db", "file", "memory"])(
    "keeps the path %s",
    (path) => assert.strictEqual(toFilePath(path), path)
  )

  it.each([
    [pathToFileURL("/data/a b/100%.db").href, "/data/a b/100%.db"],
    ["FILE:///data/ledger.db?mode=rwc", "/data/ledger.db"],
    ["file:data/a%20b.db?cache=shared", "data/a b.db"],
    ["file:/data/ledger.db", "/data/ledger.db"]
  ])("returns the path of the URL %s", (url, path) => assert.strictEqual(toFilePath(url), path))

  it.each([
    "",
    "a\0b",
    ":memory:",
    "file:",
    "file::memory:",
    "file://host/ledger.db",
    "file:%zz",
    "mysql://user:password@host/db",
    "libsql://host",
    "https://host/ledger.db"
  ])("rejects %j", (text) => assert.isNull(toFilePath(text)))
})
