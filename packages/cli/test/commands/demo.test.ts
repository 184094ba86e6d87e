import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, read, run, served, values } from "../harness.js"

describe("demo", () => {
  it.scopedLive("writes a filled report without a key and without a request", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const { code, stderr, stdout } = yield* run(["demo", "--no-open", "--out", file("demo"), "--records", "300"], {
        env: { OPENROUTER_API_KEY: "", OPENROUTER_BASE_URL: "" }
      })
      assert.strictEqual(code, 0)
      assert.match(stdout, /^total +300 +\$\d/m)
      assert.include(stderr, "The page is in")
      assert.lengthOf(values(yield* read(file("demo/demo.ndjson"))), 300)
      assert.match(yield* read(file("demo/demo.html")), /^<!doctype html>/)
    }).pipe(Effect.provide(served)))
})
