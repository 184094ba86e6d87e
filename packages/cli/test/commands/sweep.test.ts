import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { linkSync, readdirSync, readFileSync, symlinkSync, watch } from "node:fs"
import { add, asked, ended, folder, read, run, runShell, served, start, values, write } from "../harness.js"

const ids = (count: number) => Array.from({ length: count }, (_, index) => `gen-${index}`)

const lines = (path: string) => readFileSync(path, { encoding: "utf8", flag: "a+" }).split("\n").length - 1

/** Waits until a file has at least `count` lines. */
const grows = (path: string, count: number) =>
  Effect.async<void>((resume) => {
    const watcher = watch(path, () => {
      if (lines(path) < count) return
      watcher.close()
      resume(Effect.void)
    })
  })

describe("sweep", () => {
  it.scopedLive("writes the settlement of each id, from a file or a pipe, and requests equal ids once", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add({ id: "gen-1", totalCost: 0.5 })
      const text = "gen-1\r\n\n# a comment\ngen-1\n  gen-none  "
      yield* write(file("ids"), text)
      for (const [name, input] of [[file("ids"), ""], ["-", text]] as const) {
        const out = file(`${name === "-"}.ndjson`)
        const { code, stdout } = yield* run(["sweep", name, "--out", out], { input })
        assert.strictEqual(code, 3)
        assert.include(stdout, "1 settled, 1 not visible, 0 failed;")
        assert.sameMembers(values(yield* read(out)).map(({ _tag, id }) => `${_tag} ${id}`), [
          "Settled gen-1",
          "NotVisible gen-none"
        ])
      }
      assert.lengthOf(yield* asked, 4)
    }).pipe(Effect.provide(served)))

  it.scopedLive("requests ids again that are not settled, and never settled ones", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-0" })
      yield* emulator.faults([{}, { status: 404 }, { status: 403 }])
      const sweep = ["sweep", "-", "--out", file("out"), "--json", "--concurrency", "1"]
      const input = ids(3).join("\n")
      const first = yield* run(sweep, { input })
      assert.strictEqual(first.code, 1)
      assert.include(JSON.parse(first.stdout), { held: 0, settled: 1, notVisible: 1, failed: 1 })
      yield* add({ id: "gen-1" }, { id: "gen-2" })
      const second = yield* run(sweep, { input })
      assert.strictEqual(second.code, 0)
      assert.include(JSON.parse(second.stdout), { held: 1, settled: 2, notVisible: 0, failed: 0 })
      assert.deepStrictEqual(yield* asked, ["gen-0", "gen-1", "gen-2", "gen-1", "gen-2"])
      const third = yield* run(sweep, { input })
      assert.include(JSON.parse(third.stdout), { held: 3, settled: 0 })
      assert.lengthOf(yield* asked, 5)
    }).pipe(Effect.provide(served)))

  it.scopedLive("removes a line that a kill cut off", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add({ id: "gen-1" }, { id: "gen-2" })
      yield* run(["sweep", "--out", file("out")], { input: "gen-1" })
      const whole = yield* read(file("out"))
      for (const broken of ["{", whole.slice(0, 40), whole.trimEnd().replaceAll("gen-1", "gen-2")]) {
        yield* write(file("out"), whole + broken)
        const { code } = yield* run(["sweep", "--out", file("out")], { input: "gen-1\ngen-2" })
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(values(yield* read(file("out"))).map(({ id }) => id), ["gen-1", "gen-2"])
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("goes on after the NUL bytes that a power loss leaves", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add({ id: "gen-1", totalCost: 1 }, { id: "gen-2", totalCost: 1 })
      yield* run(["sweep", "--out", file("out")], { input: "gen-1" })
      const whole = yield* read(file("out"))
      for (const end of ["\0".repeat(5000), `${whole.slice(0, 40)}\0\0\0`]) {
        yield* write(file("out"), whole + end)
        const { code } = yield* run(["sweep", "--out", file("out")], { input: "gen-1\ngen-2" })
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(values(yield* read(file("out"))).map(({ id }) => id), ["gen-1", "gen-2"])
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("goes on in a damaged file, and keeps what is damaged", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add({ id: "gen-1", totalCost: 1 }, { id: "gen-2", totalCost: 1 }, { id: "gen-3", totalCost: 1 })
      yield* run(["sweep", "--out", file("out")], { input: "gen-1\ngen-2" })
      const [first = "", second = ""] = (yield* read(file("out"))).split("\n")
      const damaged = `${first.slice(0, 30)}${first}\nnonsense\n${second}`
      yield* write(file("out"), damaged)
      const { code, stderr } = yield* run(["sweep", "--out", file("out")], { input: "gen-1\ngen-2\ngen-3" })
      assert.strictEqual(code, 0)
      assert.include(stderr, `2 lines of ${file("out")} cannot be read`)
      const after = yield* read(file("out"))
      assert.strictEqual(after.slice(0, damaged.length + 1), `${damaged}\n`)
      assert.deepStrictEqual(values(after.slice(damaged.length)).map(({ id }) => id), ["gen-3"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("requests a record without a cost again, and says how many there are", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add({ id: "gen-1", totalCost: null, usage: null }, { id: "gen-2", totalCost: 1 })
      const sweep = ["sweep", "--out", file("out"), "--json"]
      const first = yield* run(sweep, { input: "gen-1\ngen-2" })
      assert.strictEqual(first.code, 3)
      assert.include(JSON.parse(first.stdout), { held: 0, settled: 2, costUnknown: 1 })
      assert.include(first.stderr, "1 record has no cost yet")
      yield* add({ id: "gen-1", totalCost: 0.5 })
      const second = yield* run(sweep, { input: "gen-1\ngen-2" })
      assert.strictEqual(second.code, 0)
      assert.include(JSON.parse(second.stdout), { held: 1, settled: 1, costUnknown: 0 })
      const { stdout } = yield* run(["report", file("out")])
      assert.match(stdout, /^total +2 +\$1\.50 +0/m)
    }).pipe(Effect.provide(served)))

  it.scopedLive("says why ids failed: each kind with its number, an example and what to do", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([
        { status: 403, body: { error: { code: 403, message: "Key limit exceeded (total limit)" } } },
        { status: 400, body: { error: { code: 400, message: "Bad id" } } },
        { status: 403, body: { error: { code: 403, message: "Key limit exceeded (total limit)" } } }
      ])
      const input = "gen-1\ngen-2\ngen-3"
      const args = ["sweep", "--out", file("out"), "--concurrency", "1"]
      const { stderr } = yield* run(args, { input })
      assert.include(stderr, "2 failures: 403 Forbidden, such as gen-1: Key limit exceeded (total limit)")
      assert.include(stderr, "the key has spent its limit")
      assert.include(stderr, "1 failure: 400 Bad Request, such as gen-2: Bad id")
    }).pipe(Effect.provide(served)))

  it.scopedLive("writes the error of a web page without the page", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{
        status: 403,
        body: `<html>${"x".repeat(60_000)}</html>`,
        headers: { "content-type": "text/html" }
      }])
      yield* run(["sweep", "--out", file("out")], { input: "gen-1" })
      const text = yield* read(file("out"))
      assert.isBelow(text.length, 3000)
      const { code } = yield* run(["report", file("out")])
      assert.strictEqual(code, 0)
    }).pipe(Effect.provide(served)))

  it.scopedLive("fails the id of a record with 20,000 nested levels, and goes on", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-2", totalCost: 1 })
      const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
      for (const [expected, input] of [[1, "gen-1\ngen-2"], [0, "gen-1\ngen-2"]] as const) {
        if (expected === 1) yield* emulator.faults([{ status: 200, body: `{"data":{"id":"gen-1","more":${nested}}}` }])
        else yield* add({ id: "gen-1", totalCost: 1 })
        const { code } = yield* run(["sweep", "--out", file("out"), "--concurrency", "1"], { input })
        assert.strictEqual(code, expected)
      }
      // A failure is held back until another id succeeds.
      const lines = values(yield* read(file("out"))).map(({ _tag, id }) => `${_tag} ${id}`)
      assert.sameMembers(lines.slice(0, 2), ["Failed gen-1", "Settled gen-2"])
      assert.deepStrictEqual(lines.slice(2), ["Settled gen-1"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects its own output as its input, also through a link", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("ids"), "gen-1\n")
      linkSync(file("ids"), file("hard"))
      for (const out of ["ids", "hard"]) {
        const { code, stderr } = yield* run(["sweep", file("ids"), "--out", file(out)])
        assert.strictEqual(code, 2)
        assert.include(stderr, "is both the input and the output")
      }
      const redirected = yield* runShell(`exec "$@" < '${file("ids")}'`, ["sweep", "-", "--out", file("hard")])
      assert.strictEqual(redirected.code, 2)
      assert.include(redirected.stderr, "is both the input and the output")
      assert.lengthOf(yield* asked, 0)
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects a second sweep into a file, and takes over after a kill", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      yield* add(...ids(20).map((id) => ({ id, totalCost: 1 })))
      yield* emulator.faults([{}, ...ids(19).map(() => ({ delay: "1 minute" as const }))])
      yield* write(file("out"), "")
      symlinkSync(file("out"), file("link"))
      const child = yield* start(["sweep", "--out", file("out"), "--concurrency", "1"])
      child.stdin.end(ids(20).join("\n"))
      yield* grows(file("out"), 1)
      for (const out of ["out", "link"]) {
        const second = yield* run(["sweep", "--out", file(out)], { input: "gen-1" })
        assert.strictEqual(second.code, 2)
        assert.include(second.stderr, `another process is writing ${file(out)} (process ${child.pid}`)
      }
      child.kill("SIGKILL")
      yield* ended(child)
      yield* emulator.reset
      yield* add(...ids(20).map((id) => ({ id, totalCost: 1 })))
      const third = yield* run(["sweep", "--out", file("out")], { input: ids(20).join("\n") })
      assert.strictEqual(third.code, 0)
      assert.deepStrictEqual(readdirSync(file(".")).toSorted(), ["link", "out"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("leaves a file alone that holds anything else", () =>
    Effect.gen(function*() {
      const file = yield* folder
      for (const text of ["gen-1\ngen-2\n", "precious", "{\"_tag\":\"Settled\"}\n", "\n{}\n"]) {
        yield* write(file("notes"), text)
        const { code, stderr } = yield* run(["sweep", "--out", file("notes")], { input: "gen-1" })
        assert.strictEqual(code, 2)
        assert.include(stderr, "is not a settlement")
        assert.strictEqual(yield* read(file("notes")), text)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("reads ids from a pipe that has a name, and goes on from a file with a blank line", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add({ id: "gen-1", totalCost: 0.01 }, { id: "gen-2", totalCost: 0.01 })
      execFileSync("mkfifo", [file("ids")])
      const [first] = yield* Effect.all(
        [run(["sweep", file("ids"), "--out", file("out")]), write(file("ids"), "gen-1\n")],
        { concurrency: 2 }
      )
      assert.strictEqual(first.code, 0)
      yield* write(file("out"), `${yield* read(file("out"))}\n`)
      const second = yield* run(["sweep", "--out", file("out"), "--within", "0"], { input: "gen-1\ngen-2\n" })
      assert.strictEqual(second.code, 0)
      assert.deepStrictEqual(yield* asked, ["gen-1", "gen-2"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("does not promise to continue after wrong usage", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const { code, stderr } = yield* run(["sweep", "--out", file("out")], {
        input: "gen-1",
        env: { OPENROUTER_API_KEY: "" }
      })
      assert.strictEqual(code, 2)
      assert.notInclude(stderr, "goes on")
    }).pipe(Effect.provide(served)))

  it.scopedLive("says which file it cannot read or write, and begins none", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const unread = yield* run(["sweep", file("none"), "--out", file("out")])
      assert.strictEqual(unread.code, 2)
      assert.include(unread.stderr, `cannot read ${file("none")}: it does not exist`)
      const unwritten = yield* run(["sweep", "--out", file("no/folder")], { input: "gen-1" })
      assert.strictEqual(unwritten.code, 2)
      assert.include(unwritten.stderr, "it does not exist")
      assert.strictEqual((yield* Effect.exit(read(file("out"))))._tag, "Failure")
    }).pipe(Effect.provide(served)))

  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 130], ["SIGKILL", null]] as const) {
    it.scopedLive(`continues after ${signal}`, () =>
      Effect.gen(function*() {
        const file = yield* folder
        const all = ids(200)
        yield* add(...all.map((id) => ({ id, totalCost: 0.01 })))
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults(all.map(() => ({ delay: "30 millis" })))
        yield* write(file("ids"), all.join("\n"))
        yield* write(file("out"), "")
        const sweep = ["sweep", file("ids"), "--out", file("out")]

        const child = yield* start(sweep)
        yield* grows(file("out"), 20)
        child.kill(signal)
        const { code, stderr } = yield* ended(child)
        assert.strictEqual(code, status)
        const before = lines(file("out"))
        assert.isBelow(before, 200)
        if (status !== null) {
          assert.include(stderr, `Stopped: ${before} records in ${file("out")}; the same command goes on`)
          assert.lengthOf(values(yield* read(file("out"))), before)
        }

        const { stdout } = yield* run(sweep)
        assert.include(stdout, `${200 - before} settled, 0 not visible, 0 failed;`)
        const written = values(yield* read(file("out"))).map(({ id }) => id as string)
        assert.sameMembers(written, all)
        assert.lengthOf(written, 200)
        // Only what was being asked for when it ended, or was answered and not written yet, is asked for again.
        assert.isAtMost((yield* asked).length, 200 + 8)
      }).pipe(Effect.provide(served)))
  }

  it.scopedLive("ends on an error that affects every id, and says what to do", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-0" })
      yield* emulator.faults([{}, { status: 402 }])
      const { code, stderr } = yield* run(["sweep", "--out", file("out"), "--concurrency", "1"], {
        input: ids(3).join("\n")
      })
      assert.strictEqual(code, 1)
      assert.include(stderr, "add credits")
      assert.include(stderr, `Stopped: 1 record in ${file("out")}`)
      assert.lengthOf(yield* asked, 2)
    }).pipe(Effect.provide(served)))
})
