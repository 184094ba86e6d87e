import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import manifest from "../package.json" with { type: "json" }
import { run, served } from "./harness.js"

const commands = ["get", "await", "content", "feedback", "sweep", "report", "emulator"]

describe("openrouter-generations", () => {
  it.scopedLive("shows its version and its help, without colours in a pipe", () =>
    Effect.gen(function*() {
      assert.include((yield* run(["--version"])).stdout, manifest.version)
      const { code, stdout } = yield* run(["--help"])
      assert.strictEqual(code, 0)
      for (const command of commands) assert.match(stdout, new RegExp(`^ +- ${command} `, "m"))
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

  it.scopedLive("takes the key from the environment alone, and says so where there is none", () =>
    Effect.gen(function*() {
      const { code, stderr } = yield* run(["get", "gen-1"], { env: { OPENROUTER_API_KEY: "" } })
      assert.strictEqual(code, 2)
      assert.include(stderr, "there is no API key")
      assert.include(stderr, "set OPENROUTER_API_KEY")
    }).pipe(Effect.provide(served)))

  it.scopedLive("gives completions that the shell accepts", () =>
    Effect.gen(function*() {
      const { stdout } = yield* run(["--completions", "bash"])
      execFileSync("bash", ["-n"], { input: stdout })
      assert.include(stdout, "--within")
      for (const shell of ["zsh", "fish"]) assert.include((yield* run(["--completions", shell])).stdout, "sweep")
    }).pipe(Effect.provide(served)))
})
