// The main job, end to end. Without a key: against the embedded emulator, over a socket on loopback. With
// OPENROUTER_API_KEY and ids as arguments: against the real API.
import { OpenRouterClient } from "@effect-openrouter/client"
import { type Generation, Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { FetchHttpClient, HttpServer } from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { BigDecimal, Console, Duration, Effect, Either, Layer, Redacted } from "effect"
import { createServer } from "node:http"

const within = "4 seconds"

/** Prints what a person wants to know of one generation, and gives back what it cost; `null` = unknown. */
const show = (id: string) =>
  Effect.gen(function*() {
    yield* Console.log(`\n${id}`)
    const answer = yield* Generations.get(id).pipe(
      Effect.catchIf(
        (error) => error._tag === "OpenRouterDefaultError" && error.reason === "NotFound",
        () => waitFor(id)
      ),
      Effect.either
    )
    return yield* Either.match(answer, {
      onLeft: (error) => Effect.as(Console.log(`  ${error._tag}: ${error.message}`), null),
      onRight: (generation) => Effect.as(Console.log(describe(generation)), Usage.effectiveCost(generation))
    })
  })

const waitFor = (id: string) =>
  Effect.gen(function*() {
    yield* Console.log(`  404, not visible yet: waiting up to ${within} …`)
    const [waited, generation] = yield* Effect.timed(Generations.await(id, { within }))
    yield* Console.log(`  … visible after ${Duration.toSeconds(waited).toFixed(1)} s`)
    return generation
  })

const describe = (generation: Generation) => {
  const failed = Usage.failedAttempts(generation)
  const rows = [
    ["model", `${generation.model ?? "unknown"} from ${generation.providerName ?? "unknown"}`],
    ["tokens", `${count(generation.nativeTokensPrompt)} in, ${count(generation.nativeTokensCompletion)} out (native)`],
    [
      "cost",
      usd(Usage.effectiveCost(generation)) + (generation.isByok === true ? " (own provider key)" : "") +
      (generation.cancelled === true ? " (cancelled)" : "")
    ],
    ["first token", millis(generation.latency)],
    ["speed", Usage.tokensPerSecond(generation)?.toFixed(1).concat(" tokens/s") ?? "unknown"],
    [
      "failed attempts",
      failed.map(({ providerName, status }) => `${providerName ?? "unknown"} ${status}`).join(", ") || "none"
    ]
  ]
  return rows.map(([name, value]) => `  ${name?.padEnd(16)}${value}`).join("\n")
}

const count = (value: number | null) => value?.toLocaleString("en-US") ?? "unknown"
const millis = (value: number | null) => (value === null ? "unknown" : `${Math.round(value)} ms`)
const usd = (value: number | null) => (value === null ? "unknown" : `$${value.toFixed(8).replace(/0{1,4}$/, "")}`)

/** Shows every id and the total; the costs are what the caller may check. */
const showAll = (ids: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const costs = yield* Effect.forEach(ids, show)
    const known = costs.filter((cost) => cost !== null)
    const total = BigDecimal.sumAll(known.map(BigDecimal.unsafeFromNumber))
    yield* Console.log(
      `\ntotal ${usd(BigDecimal.unsafeToNumber(total))} for ${known.length} of ${ids.length} generations, ` +
        `${ids.length - known.length} unknown`
    )
    return costs
  })

const generations = {
  "gen-ordinary": {
    model: "openai/gpt-4o-2024-08-06",
    providerName: "OpenAI",
    nativeTokensPrompt: 1204,
    nativeTokensCompletion: 310,
    totalCost: 0.00611,
    isByok: false,
    latency: 412,
    generationTime: 4830
  },
  "gen-visible-after-2s": {
    model: "mistralai/mistral-medium-3.1",
    providerName: "Mistral",
    nativeTokensPrompt: 285,
    nativeTokensCompletion: 25,
    totalCost: 0.000164,
    isByok: false,
    latency: 343,
    generationTime: 418
  },
  "gen-own-provider-key": {
    model: "google/gemini-2.5-flash",
    providerName: "Google AI Studio",
    nativeTokensPrompt: 22,
    nativeTokensCompletion: 2230,
    totalCost: 0,
    upstreamInferenceCost: 0.0008942,
    isByok: true,
    latency: 521,
    generationTime: 11_240
  },
  "gen-cancelled": {
    model: "anthropic/claude-sonnet-4.5-20250929",
    providerName: "Anthropic",
    nativeTokensPrompt: 812,
    nativeTokensCompletion: 96,
    totalCost: 0.003876,
    isByok: false,
    cancelled: true,
    latency: 918,
    generationTime: 2310
  },
  "gen-fallback": {
    model: "meta-llama/llama-3.3-70b-instruct",
    providerName: "Together",
    nativeTokensPrompt: 540,
    nativeTokensCompletion: 188,
    totalCost: 0.00064,
    isByok: false,
    latency: 1630,
    generationTime: 3904,
    providerResponses: [{ providerName: "DeepInfra", status: 503 }, { providerName: "Together", status: 200 }]
  }
}

const againstEmulator = Effect.gen(function*() {
  const emulator = yield* OpenRouterEmulator
  for (const [id, generation] of Object.entries(generations)) {
    yield* emulator.add({ id, ...generation }, { visibleAfter: id === "gen-visible-after-2s" ? "2 seconds" : 0 })
  }
  yield* Console.log(`OpenRouter emulated at ${yield* HttpServer.addressFormattedWith(Effect.succeed)}`)
  const costs = yield* showAll([...Object.keys(generations), "gen-never-recorded"])
  const expected = [0.00611, 0.000164, 0.0008942, 0.003876, 0.00064, null]
  if (!costs.every((cost, index) => cost === expected[index])) {
    return yield* Effect.dieMessage(`expected the costs ${expected.join(", ")}, got ${costs.join(", ")}`)
  }
}).pipe(
  Effect.provide(
    Layer.unwrapEffect(
      HttpServer.addressFormattedWith((address) =>
        Effect.succeed(OpenRouterClient.layer({
          apiKey: Redacted.make("sk-or-v1-demo"),
          baseUrl: `${address}/api/v1`
        }))
      )
    ).pipe(
      (client) => Layer.provide(Generations.layer, client),
      Layer.provide(FetchHttpClient.layer),
      Layer.merge(OpenRouterEmulator.serve),
      Layer.provideMerge(OpenRouterEmulator.layer),
      Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
    )
  )
)

const againstOpenRouter = (ids: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const costs = yield* showAll(ids)
    if (costs.includes(null)) return yield* Effect.fail("not every cost is known")
  }).pipe(
    Effect.provide(
      Generations.layer.pipe(Layer.provide(OpenRouterClient.layerConfig()), Layer.provide(FetchHttpClient.layer))
    )
  )

const ids = process.argv.slice(2)

NodeRuntime.runMain(
  Effect.suspend<void, unknown, never>(() => ids.length > 0 ? againstOpenRouter(ids) : againstEmulator)
)
