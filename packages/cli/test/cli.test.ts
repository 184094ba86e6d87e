import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import manifest from "../package.json" with { type: "json" }
import { key, run, served } from "./harness.js"

const commands = ["get", "await", "content", "feedback", "sweep", "report", "discover", "reconcile", "emulator", "demo"]

describe("openrouter-generations", () => {
  it.scopedLive("shows its version and its help, without colors in a pipe", () =>
    Effect.gen(function*() {
      assert.include((yield* run(["--version"])).stdout, manifest.version)
      const { code, stdout } = yield* run(["--help"])
      assert.strictEqual(code, 0)
      for (const command of commands) assert.match(stdout, new RegExp(`^ +${command} `, "m"))
      assert.include(stdout, "Exit codes: 0 all settled")
      assert.notInclude(stdout, "\u001b")
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows the help of each command, with examples", () =>
    Effect.gen(function*() {
      const helps = yield* Effect.forEach(commands, (command) => run([command, "--help"]), { concurrency: 2 })
      for (const [index, { code, stdout }] of helps.entries()) {
        assert.strictEqual(code, 0)
        assert.match(stdout, new RegExp(`EXAMPLES[^]*openrouter-generations ${commands[index]}`))
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("ends with 2 on wrong usage, and says what is wrong", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
        [["nonsense"], /Invalid subcommand/],
        [["get"], /Missing argument <ID>/],
        [["get", "gen-1", "--nonsense"], /There is no option '--nonsense'/],
        [["get", "--key", "sk-or-v1-leaked", "gen-1"], /There is no option '--key'/],
        [["sweep", "ids"], /--out/],
        [["sweep", "--out", "x", "--concurrency", "many"], /many/],
        [["report", "--by", "mood"], /model, provider, day/]
      ]
      for (const [args, message] of wrong) {
        const { code, stderr, stdout } = yield* run(args)
        assert.strictEqual(code, 2, args.join(" "))
        assert.match(stderr, message)
        assert.strictEqual(stdout, "")
        assert.notMatch(stderr, /^ +at /m)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("takes the key only from the environment, and says so if there is none", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["get", "gen-1"], { env: { OPENROUTER_API_KEY: "" } })
      assert.strictEqual(code, 2)
      assert.include(stderr, "there is no API key")
      assert.include(stderr, "set OPENROUTER_API_KEY")
    }).pipe(Effect.provide(served)))

  it.scopedLive("names the nearest subcommand and option", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [["gte"], "'get'"],
        [["repot"], "'report'"],
        [["emulater"], "'emulator'"],
        [["swep", "ids"], "'sweep'"],
        [["report", "--bye", "model"], "'--by'"],
        [["report", "--markdwon"], "'--markdown'"],
        [["await", "gen-1", "--witin", "3s"], "'--within'"],
        [["--versoin"], "'--version'"]
      ]
      for (const [args, nearest] of wrong) {
        const { code, stderr, stdout } = yield* run(args)
        assert.strictEqual(code, 2, args.join(" "))
        assert.include(stderr, `Did you mean ${nearest}?`)
        assert.strictEqual(stdout, "")
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("fits its help to the width, 80 columns without a terminal", () =>
    Effect.gen(function*() {
      for (const columns of [50, 60, 80, undefined]) {
        for (const args of [["--help"], ...commands.map((command) => [command, "--help"])]) {
          const { stdout } = yield* run(args, columns === undefined ? {} : { columns })
          const widest = Math.max(...stdout.split("\n").map((line) => line.length))
          assert.isAtMost(widest, columns ?? 80, stdout)
        }
      }
      const { stdout } = yield* run(["sweep", "--help"])
      assert.match(stdout, /USAGE\n {2}openrouter-generations sweep \[FILE\|-\] --out FILE\.ndjson/)
      assert.notInclude(stdout, "A user-defined piece of text")
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints a manual page that names every subcommand and option", () =>
    Effect.gen(function*() {
      const { stdout } = yield* run(["--man"])
      assert.match(stdout, /^\.TH OPENROUTER-GENERATIONS 1/)
      for (const command of commands) assert.include(stdout, `.SH ${command.toUpperCase()}\n`)
      for (const option of ["\\-\\-within", "\\-\\-fail\\-over", "\\-\\-timezone"]) assert.include(stdout, option)
    }).pipe(Effect.provide(served)))

  it.scopedLive("shows no key that stands in a wrong place", () =>
    Effect.gen(function*() {
      const leaks = [["report", key], ["sweep", key, "--out", key], ["report", "--by", key], ["get", key], [key], [
        "--key",
        key
      ]]
      for (const args of leaks) {
        const { code, stderr, stdout } = yield* run(args)
        assert.strictEqual(code, 2)
        assert.notInclude(stderr + stdout, key)
      }
    }).pipe(Effect.provide(served)))

  it.scopedLive("gives completions that the shell accepts", () =>
    Effect.gen(function*() {
      const { stdout } = yield* run(["--completions", "bash"])
      execFileSync("bash", ["-n"], { input: stdout })
      assert.include(stdout, "--within")
      for (const shell of ["zsh", "fish"]) assert.include((yield* run(["--completions", shell])).stdout, "sweep")
    }).pipe(Effect.provide(served)))
})
