import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { add, folder, read, run, served, values, write } from "../harness.js"

const records = [
  { id: "gen-1", model: "a/one", providerName: "P", totalCost: 0.1, createdAt: DateTime.unsafeMake("2026-11-20") },
  { id: "gen-2", model: "a/one", providerName: "Q", totalCost: 0.2, createdAt: DateTime.unsafeMake("2026-11-21") },
  { id: "gen-3", model: "b/two", providerName: "Q", totalCost: 7, createdAt: DateTime.unsafeMake("2026-11-19") },
  { id: "gen-4", model: null, providerName: null, totalCost: null, createdAt: null }
]

/** What a sweep of the records, and of one that is not there, writes. */
const swept = Effect.gen(function*() {
  const file = yield* folder
  yield* add(...records)
  yield* run(["sweep", "--out", file("out")], { input: [...records.map(({ id }) => id), "gen-none"].join("\n") })
  return file
})

describe("report", () => {
  it.scopedLive("adds up by model: exact, the dearest first, the unknown apart, and a total", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const { code, stderr, stdout } = yield* run(["report", file("out")])
      assert.strictEqual(code, 0)
      const rows = stdout.split("\n")
      assert.match(rows[0] ?? "", /^MODEL +COUNT +COST +COST UNKNOWN/)
      assert.match(rows[1] ?? "", /^b\/two +1 +\$7\.00 +0 /)
      assert.match(rows[2] ?? "", /^a\/one +2 +\$0\.30 +0 /)
      assert.match(rows[3] ?? "", /^unknown +1 +\$0\.00 +1 /)
      assert.match(rows[5] ?? "", /^total +4 +\$7\.30 +1 /)
      assert.include(stderr, "1 generation without a record (1 not visible, 0 failed)")
    }).pipe(Effect.provide(served)))

  it.scopedLive("adds up by day in its order, as JSON whose sums are exact", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const { stdout } = yield* run(["report", file("out"), "--by", "day", "--json"])
      assert.deepStrictEqual(values(stdout).map(({ day }) => day), [null, "2026-11-19", "2026-11-20", "2026-11-21"])
      assert.deepInclude(values(stdout)[1], {
        cost: { effective: "7", credits: "7", byok: "0", known: 1, unknown: 0 }
      })
    }).pipe(Effect.provide(served)))

  it.scopedLive("reads what get --json prints, from a pipe", () =>
    Effect.gen(function*() {
      yield* add(...records)
      const { stdout: input } = yield* run(["get", "--json", "gen-1", "gen-2"])
      const { code, stdout } = yield* run(["report", "--by", "provider"], { input })
      assert.strictEqual(code, 0)
      assert.match(stdout, /^P +1 +\$0\.10/m)
      assert.match(stdout, /^Q +1 +\$0\.20/m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("counts the record of an id once, whatever else is said of it", () =>
    Effect.gen(function*() {
      const settled = (id: string) => `{"_tag":"Settled","id":"${id}","generation":{"id":"${id}","total_cost":1}}`
      const pending = (id: string) => `{"_tag":"NotVisible","id":"${id}","attempts":1,"elapsed":5}`
      const input = [pending("a"), settled("a"), settled("a"), settled("b"), pending("b"), pending("c"), pending("c")]
      const { stderr, stdout } = yield* run(["report"], { input: input.join("\n") })
      assert.match(stdout, /^total +2 +\$2\.00/m)
      assert.include(stderr, "1 generation without a record")
    }).pipe(Effect.provide(served)))

  it.scopedLive("leaves out a last line that is broken off, and refuses any other that is none", () =>
    Effect.gen(function*() {
      const line = `{"_tag":"Settled","id":"a","generation":{"id":"a","total_cost":1}}\n`
      const broken = yield* run(["report"], { input: line + line.slice(0, 30) })
      assert.strictEqual(broken.code, 0)
      assert.match(broken.stdout, /^total +1 /m)
      const refused = yield* run(["report"], { input: `${line}nonsense\n${line}` })
      assert.strictEqual(refused.code, 2)
      assert.include(refused.stderr, "line 2 of standard input is not a settlement")
      const whole = yield* run(["report"], { input: `${line}${line.replace("1}", "\"1\"}")}` })
      assert.strictEqual(whole.code, 2)
      assert.include(whole.stderr, "line 2 of standard input is not a settlement")
    }).pipe(Effect.provide(served)))

  it.scopedLive("says that there is nothing to report", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run(["report"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stdout, "")
      assert.include(stderr, "no settlements")
    }).pipe(Effect.provide(served)))

  it.scopedLive("does not write its page over what it reads", () =>
    Effect.gen(function*() {
      const file = yield* swept
      const before = yield* read(file("out"))
      const { code, stderr } = yield* run(["report", file("out"), "--html", file("out")])
      assert.strictEqual(code, 2)
      assert.include(stderr, "would overwrite")
      assert.strictEqual(yield* read(file("out")), before)
    }).pipe(Effect.provide(served)))

  it.scopedLive("says which page it cannot write", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("out"), "")
      const { code, stderr } = yield* run(["report", file("out"), "--html", file("no/page.html")])
      assert.strictEqual(code, 2)
      assert.include(stderr, "cannot write")
    }).pipe(Effect.provide(served)))
})
