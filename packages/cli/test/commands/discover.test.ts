import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { add, folder, key, run, runProcess, runShell, served, values, write } from "../harness.js"

const at = (createdAt: string) => ({ createdAt: DateTime.unsafeMake(createdAt) })

describe("discover", () => {
  it.scopedLive("prints the ids of a period, one on a line", () =>
    Effect.gen(function*() {
      yield* add(
        { id: "gen-1", ...at("2026-11-02T23:30:00Z") },
        { id: "gen-2", ...at("2026-11-03T12:00:00Z") },
        { id: "gen-3", ...at("2026-11-03T23:30:00Z") },
        { id: "gen-4", ...at("2026-11-04T00:00:00Z") }
      )
      const ids = (...args: ReadonlyArray<string>) =>
        Effect.map(run(["discover", ...args]), ({ code, stderr, stdout }) => {
          assert.strictEqual(code, 0, stderr)
          return stdout
        })
      assert.strictEqual(yield* ids("--since", "2026-11-03", "--until", "2026-11-03"), "gen-2\ngen-3\n")
      assert.strictEqual(
        yield* ids("--since", "2026-11-03", "--until", "2026-11-03", "--timezone", "Europe/Berlin"),
        "gen-1\ngen-2\n"
      )
      assert.strictEqual(
        yield* ids("--since", "2026-11-03T23:30:00Z", "--until", "2026-11-04T00:00:00Z"),
        "gen-3\n"
      )
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints the last 30 days without a period", () =>
    Effect.gen(function*() {
      const now = yield* DateTime.now
      yield* add(
        { id: "gen-old", createdAt: DateTime.subtract(now, { days: 31 }) },
        { id: "gen-new", createdAt: DateTime.subtract(now, { days: 29 }) }
      )
      assert.strictEqual((yield* run(["discover"])).stdout, "gen-new\n")
      assert.strictEqual((yield* run(["discover", "--since", "40d", "--until", "30d"])).stdout, "gen-old\n")
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints whole days without a period, as reconcile compares them", () =>
    Effect.gen(function*() {
      const midnight = DateTime.startOf(yield* DateTime.now, "day")
      const firstDay = DateTime.subtract(midnight, { days: 30 })
      yield* add(
        { id: "gen-old", createdAt: DateTime.subtract(firstDay, { seconds: 1 }) },
        { id: "gen-first", createdAt: firstDay }
      )
      assert.strictEqual((yield* run(["discover"])).stdout, "gen-first\n")
    }).pipe(Effect.provide(served)))

  it.scopedLive("finds more than one response holds, and sweep reads them", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const records = Array.from({ length: 1200 }, (_, index) => ({
        id: `gen-${index}`,
        totalCost: 0.001,
        createdAt: DateTime.unsafeMake(Date.UTC(2026, 10, 3) + index * 1000)
      }))
      yield* add(...records)
      const { stdout } = yield* run(["discover", "--since", "2026-11-03", "--until", "2026-11-03"])
      assert.deepStrictEqual(stdout.trimEnd().split("\n"), records.map(({ id }) => id))
      yield* write(file("ids"), stdout.split("\n").slice(0, 3).join("\n"))
      const swept = yield* run(["sweep", file("ids"), "--json", "--out", file("out")])
      assert.deepInclude(values(swept.stdout)[0], { settled: 3, failed: 0 })
    }).pipe(Effect.provide(served)))

  it.scopedLive("asks with the management key if there is one", () =>
    Effect.gen(function*() {
      yield* run(["discover", "--since", "1d"], { env: { OPENROUTER_MANAGEMENT_KEY: "sk-or-v1-management" } })
      yield* run(["discover", "--since", "1d"])
      const requests = yield* (yield* OpenRouterEmulator).requests
      assert.lengthOf(new Set(requests.map(({ headers }) => headers["authorization"])), 2)
    }).pipe(Effect.provide(served)))

  it.scopedLive("says on standard error that there is none, and what a management key is", () =>
    Effect.gen(function*() {
      const none = yield* run(["discover", "--since", "1h"])
      assert.deepInclude(none, { code: 0, stdout: "" })
      assert.match(none.stderr, /OpenRouter knows no generation from \S+Z to \S+Z/)
      yield* (yield* OpenRouterEmulator).faults([
        { status: 403, body: { error: { code: 403, message: "Only management keys can do this" } } }
      ])
      const forbidden = yield* run(["discover", "--since", "1h"])
      assert.strictEqual(forbidden.code, 1)
      assert.include(forbidden.stderr, "management-keys")
      assert.notInclude(forbidden.stderr, key)
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects a bad period before it asks", () =>
    Effect.gen(function*() {
      for (const args of [["--since", "yesterday"], ["--since", "1h", "--until", "2h"], ["gen-1"]]) {
        const { code, stdout } = yield* run(["discover", ...args])
        assert.deepInclude({ code, stdout }, { code: 2, stdout: "" })
      }
      assert.lengthOf(yield* (yield* OpenRouterEmulator).requests, 0)
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 0 if the reader of a pipe has seen enough", () =>
    Effect.gen(function*() {
      const now = yield* DateTime.now
      yield* add(...Array.from({ length: 3 }, (_, index) => ({ id: `gen-${index}`, createdAt: now })))
      const { code } = yield* runShell("\"$@\" | head -1 > /dev/null", ["discover", "--since", "1d", "--until", "0"])
      assert.strictEqual(code, 0)
      assert.strictEqual((yield* runProcess(["discover", "--since", "1d"])).code, 0)
    }).pipe(Effect.provide(served)))
})
