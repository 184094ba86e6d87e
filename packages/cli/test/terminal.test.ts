// What a person sees and types: every command here runs in a pseudo-terminal of its own.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stripVTControlCharacters } from "node:util"
import { add, folder, inTerminal, keyFingerprint, read, run, served, values, write } from "./harness.js"

const colours = /\p{Cc}\[[1-9][\d;]*m/u

const one = { id: "gen-1", model: "a/model-with-a-long-name", providerName: "One", totalCost: 0.5 }
const two = { ...one, id: "gen-2" }

describe("in a terminal", () => {
  it.scopedLive("has colours, and a fingerprint of the key on standard error", () =>
    Effect.gen(function*() {
      yield* add(one)
      const terminal = yield* inTerminal(["get", "gen-1"])
      assert.strictEqual(yield* terminal.code, 0)
      assert.match(terminal.output(), colours)
      assert.include(terminal.output(), `Using the key ${keyFingerprint}`)
    }).pipe(Effect.provide(served)))

  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
    it.scopedLive(`has no colours with ${JSON.stringify(env)}, nor has its help`, () =>
      Effect.gen(function*() {
        yield* add(one)
        for (const args of [["get", "gen-1"], ["--help"]]) {
          const terminal = yield* inTerminal(args, { env })
          assert.strictEqual(yield* terminal.code, 0)
          assert.notMatch(terminal.output(), colours)
        }
      }).pipe(Effect.provide(served)))
  }

  it.scopedLive("shows a table where it fits, else a block for each record", () =>
    Effect.gen(function*() {
      yield* add(one, two)
      for (const [columns, isTable] of [[200, true], [60, false]] as const) {
        const terminal = yield* inTerminal(["get", "gen-1", "gen-2"], { columns })
        assert.strictEqual(yield* terminal.code, 0)
        const text = stripVTControlCharacters(terminal.output())
        assert.strictEqual(/^ID +MODEL/m.test(text), isTable)
        assert.strictEqual(/^gen-2\r?\n +model/m.test(text), !isTable)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows the progress, the rate and the time left, and erases them at the end", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      const ids = Array.from({ length: 12 }, (_, index) => `gen-${index}`)
      yield* add(...ids.map((id) => ({ id })))
      yield* emulator.faults(ids.map(() => ({ delay: "250 millis" })))
      yield* write(file("ids"), ids.join("\n"))
      const terminal = yield* inTerminal(["sweep", file("ids"), "--out", file("out"), "--concurrency", "2"])
      assert.strictEqual(yield* terminal.code, 0)
      const text = stripVTControlCharacters(terminal.output())
      assert.match(text, /━+─+ {2}\d+\/12 {2}\d+\.\d\/s {2}\d+ s left/)
      const [, last] = terminal.output().split("\u001b[2K").slice(-2)
      assert.match(last ?? "", /^12 settled/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows no progress of what is done within a second, nor in a dumb terminal", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add(one)
      const quick = yield* inTerminal(["get", "gen-1"])
      yield* quick.code
      assert.notInclude(quick.output(), "/1  ")
      yield* emulator.faults([{ delay: "1500 millis" }])
      const dumb = yield* inTerminal(["get", "gen-1"], { env: { TERM: "dumb" } })
      yield* dumb.code
      assert.notInclude(dumb.output(), "/1  ")
    }).pipe(Effect.provide(served)))

  it.scopedLive("draws the status of a ledger over the last one until it ends", () =>
    Effect.gen(function*() {
      const file = (yield* folder)("ledger.db")
      yield* run(["ledger", "add", "--ledger", file, "gen-1"])
      const waiting = yield* inTerminal(["ledger", "status", "--ledger", file])
      yield* waiting.shows(/rate +0\.0\/s/)
      waiting.type("\u0003")
      assert.strictEqual(yield* waiting.code, 130)
      const dumb = yield* inTerminal(["ledger", "status", "--ledger", file], { env: { TERM: "dumb" } })
      assert.strictEqual(yield* dumb.code, 0)
      assert.lengthOf(dumb.output().match(/pending/g) ?? [], 1)
    }).pipe(Effect.provide(served)), 60_000)

  it.scopedLive("shows no progress in a pipe", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add(one)
      yield* emulator.faults([{ delay: "1500 millis" }])
      const { stderr } = yield* run(["get", "gen-1"])
      assert.strictEqual(stderr, "")
    }).pipe(Effect.provide(served)))

  for (const env of [{}, { NO_COLOR: "1" }]) {
    it.scopedLive(`asks for a key that is not in the environment, and shows none of it ${JSON.stringify(env)}`, () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* add(one)
        const terminal = yield* inTerminal(["get", "gen-1"], { env: { ...env, OPENROUTER_API_KEY: undefined } })
        yield* terminal.shows(/OpenRouter API key/)
        terminal.type("sk-or-v1-typed\r")
        assert.strictEqual(yield* terminal.code, 0)
        assert.include(terminal.output(), "Using the key sha256:")
        assert.notInclude(terminal.output(), "sk-or-v1-typed")
        assert.notInclude(terminal.output(), "typed")
        const [request] = yield* emulator.requests
        assert.include(request?.headers, { authorization: "Bearer sk-or-v1-typed" })
      }).pipe(Effect.provide(served)))
  }

  it.scopedLive("can be interrupted while it asks for the key", () =>
    Effect.gen(function*() {
      const terminal = yield* inTerminal(["get", "gen-1"], { env: { OPENROUTER_API_KEY: undefined } })
      yield* terminal.shows(/OpenRouter API key/)
      terminal.type("\u0003")
      assert.strictEqual(yield* terminal.code, 130)
    }).pipe(Effect.provide(served)))

  it.scopedLive("leaves a file on Ctrl-C from which the same command continues", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const emulator = yield* OpenRouterEmulator
      const ids = Array.from({ length: 60 }, (_, index) => `gen-${index}`)
      yield* add(...ids.map((id) => ({ id })))
      yield* emulator.faults(ids.map(() => ({ delay: "200 millis" })))
      yield* write(file("ids"), ids.join("\n"))
      const sweep = ["sweep", file("ids"), "--out", file("out")]
      const terminal = yield* inTerminal(sweep)
      yield* terminal.shows(/\d\/60/)
      terminal.type("\u0003")
      assert.strictEqual(yield* terminal.code, 130)
      const before = values(yield* read(file("out"))).length
      assert.isAbove(before, 0)
      assert.include(terminal.output(), `Stopped: ${before} records`)
      const { code, stdout } = yield* run(sweep)
      assert.strictEqual(code, 0)
      assert.include(stdout, `${60 - before} settled`)
    }).pipe(Effect.provide(served)))
})
