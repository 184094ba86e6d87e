import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"

const emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

/** Runs a program against the emulator, and returns the lines that it prints. */
const run = (program: string) =>
  HttpServer.addressFormattedWith((origin) =>
    Effect.async<ReadonlyArray<ReadonlyArray<string>>>((resume) => {
      const child = execFile(
        process.execPath,
        ["--import", "tsx", fileURLToPath(new URL(`../${program}`, import.meta.url))],
        { env: { ...process.env, OPENROUTER_API_KEY: "sk-or-v1-example", OPENROUTER_BASE_URL: `${origin}/api/v1` } },
        (error, stdout, stderr) => {
          const lines = stdout.trim().split("\n").map((line) => line.split(" "))
          resume(error === null && stderr === "" ? Effect.succeed(lines) : Effect.die(new Error(`${stderr}${stdout}`)))
        }
      )
      return Effect.sync(() => child.kill())
    })
  )

const programs = [
  "src/clients/fetch.ts",
  "src/clients/openai.ts",
  "src/clients/openrouter-sdk.ts",
  "src/clients/ai-sdk.ts",
  "src/clients/langchain.ts",
  // begin: Effect 3 only
  "ai-openrouter/main.mjs"
  // end: Effect 3 only
]

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

/** The lines between `#region` and `#endregion`, without their indentation. */
const regions = (program: string): ReadonlyArray<string> =>
  [...program.matchAll(/^( *)\/\/ #region \w+\n(.*?)^ *\/\/ #endregion$/gms)]
    .map(([, indentation = "", lines = ""]) => lines.replaceAll(new RegExp(`^${indentation}`, "gm"), ""))

describe("the page about costs", () => {
  it.each(programs)("has the lines of %s", (program) => {
    const page = read("../../docs/what-did-this-call-cost.md")
    const lines = regions(read(program))
    assert.lengthOf(lines, 3)
    for (const each of lines) assert.include(page, each)
  })
})

describe.concurrent("a program prints what its calls cost:", () => {
  it.scopedLive.each(programs)("%s", (program) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const text = "Glomma, Tana and Otra."
      const whole = yield* emulator.reply({ text, usage: { cost: 0.00123 } })
      const streamed = yield* emulator.reply({ text, usage: { cost: 0.00246 } })
      const cancelled = yield* emulator.reply({ text, chunkDelay: "1 minute", usage: { cost: 0.5 } })
      const lines = yield* run(program)
      const [, , cost = ""] = lines.find(([call]) => call === "cancelled") ?? []
      assert.deepStrictEqual(lines, [
        ["observed", whole, "complete"],
        ["whole", whole, "$0.00123"],
        ["observed", streamed, "complete"],
        ["streamed", streamed, "$0.00246"],
        ["observed", cancelled, "incomplete"],
        ["cancelled", cancelled, cost]
      ])
      assert.isAbove(Number(cost.slice(1)), 0)
      assert.isBelow(Number(cost.slice(1)), 0.5)
    }).pipe(Effect.provide(emulated), Effect.timeout("2 minutes")), 150_000)
})
