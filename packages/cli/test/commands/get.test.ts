import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { add, asked, ended, key, keyFingerprint, run, served, start, values } from "../harness.js"

const one = { id: "gen-1", model: "a/one", providerName: "One", totalCost: 0.00611, nativeTokensPrompt: 1204 }
const two = { id: "gen-22", model: "b/two", providerName: "Two", totalCost: 12, nativeTokensPrompt: 7 }

describe("get", () => {
  it.scopedLive("shows one record, and says unknown where it is", () =>
    Effect.gen(function*() {
      yield* add({ ...one, nativeTokensCompletion: null })
      const { code, stderr, stdout } = yield* run(["get", "gen-1"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr, "")
      assert.match(stdout, /model +a\/one from One/)
      assert.match(stdout, /tokens +1,204 in, unknown out/)
      assert.match(stdout, /cost +\$0\.00611\n/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints nothing but JSON with --json, whatever is logged", () =>
    Effect.gen(function*() {
      yield* add(one)
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 503 }])
      const { code, stderr, stdout } = yield* run(["get", "gen-1", "--json", "--log-level", "debug"])
      assert.strictEqual(code, 0)
      assert.lengthOf(values(stdout), 1)
      assert.include(stderr, "503")
      assert.notInclude(stderr, key)
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows several in their order, with points under points, and the exact total", () =>
    Effect.gen(function*() {
      yield* add(one, two)
      const { code, stdout } = yield* run(["get", "gen-22", "gen-1"])
      assert.strictEqual(code, 0)
      const [, first = "", second = ""] = stdout.split("\n")
      assert.match(first, /^gen-22 .* +7 .*\$12\.00 /)
      assert.match(second, /^gen-1 .* +1,204 .*\$0\.00611 /)
      assert.strictEqual(first.indexOf(".", first.indexOf("$")), second.indexOf(".", second.indexOf("$")))
      assert.include(stdout, "total $12.00611 for 2 of 2 generations, 0 unknown")
      assert.notInclude(stdout, "\u001b")
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 3 if one is not visible, and asks for it once", () =>
    Effect.gen(function*() {
      yield* add(one)
      const { code, stderr, stdout } = yield* run(["get", "gen-1", "gen-none"])
      assert.strictEqual(code, 3)
      assert.strictEqual(stderr, "")
      assert.match(stdout, /gen-none +not visible: asked once; what it cost is unknown, not \$0/)
      assert.include(stdout, "total $0.00611 for 1 of 2 generations, 1 unknown")
      assert.sameMembers(yield* asked, ["gen-1", "gen-none"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 1 if one failed, whatever else is not visible", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 403 }])
      const { code, stdout } = yield* run(["get", "gen-1", "gen-1"])
      assert.strictEqual(code, 1)
      assert.match(stdout, /gen-1 +failed: /)
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints a line of JSON for each with --json, before or after the ids, the record as OpenRouter has it", () =>
    Effect.gen(function*() {
      yield* add(one)
      for (const args of [["--json", "gen-1", "gen-none"], ["gen-1", "gen-none", "--json"]]) {
        const { code, stdout } = yield* run(["get", ...args])
        assert.strictEqual(code, 3)
        const [settled, notVisible, ...rest] = values(stdout)
        assert.lengthOf(rest, 0)
        assert.nestedInclude(settled, { _tag: "Settled", id: "gen-1", "generation.total_cost": 0.00611 })
        assert.include(notVisible, { _tag: "NotVisible", id: "gen-none", attempts: 1 })
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("says what to do about a key that is refused, naming its fingerprint and never the key", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 401, body: { error: { code: 401, message: `User not found: ${key}` } } }])
      const { code, stderr, stdout } = yield* run(["get", "gen-1"])
      assert.strictEqual(code, 1)
      assert.include(stderr, `check the key (${keyFingerprint})`)
      assert.notInclude(stdout + stderr, key)
      assert.notMatch(stderr, /^ +at /m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows what was settled before every further id would fail", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add(one)
      yield* emulator.faults([{}, { delay: "500 millis", status: 402 }])
      const { code, stderr, stdout } = yield* run(["get", "gen-1", "gen-2"])
      assert.strictEqual(code, 1)
      assert.include(stdout, "$0.00611")
      assert.include(stderr, "add credits")
    }).pipe(Effect.provide(served)))

  it.scopedLive("says what to do when nobody is there", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["get", "gen-1", "--base-url", "http://127.0.0.1:1/api/v1"])
      assert.strictEqual(code, 1)
      assert.match(stderr, /^error: connect ECONNREFUSED 127\.0\.0\.1:1\n {2}it has been retried: /)
    }).pipe(Effect.provide(served)))

  it.scopedLive("lets no text from outside move the cursor", () =>
    Effect.gen(function*() {
      yield* add({ ...one, model: "evil\u001b[2J\u202emodel\r" })
      const { stdout } = yield* run(["get", "gen-1"])
      assert.include(stdout, "evil�[2J�model�")
    }).pipe(Effect.provide(served)))

  it.scopedLive("is quiet when its reader goes away", () =>
    Effect.gen(function*() {
      yield* add(one)
      const child = yield* start(["get", "--json", ...Array.from({ length: 40 }, () => "gen-1")])
      child.stdout.destroy()
      const { code, stderr } = yield* ended(child)
      assert.strictEqual(stderr, "")
      assert.strictEqual(code, 1)
    }).pipe(Effect.provide(served)))
})
