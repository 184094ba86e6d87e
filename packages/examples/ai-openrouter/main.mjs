// The cost of a call of `@effect/ai` with `@effect/ai-openrouter`: the part `response-metadata` has the id.
import { observeHttpClient, OpenRouterClient as GenerationsClient } from "@effect-openrouter/client"
import { GenerationId, Usage } from "@effect-openrouter/core"
import { Generations } from "@effect-openrouter/generations"
import { LanguageModel } from "@effect/ai"
import { OpenRouterClient, OpenRouterLanguageModel } from "@effect/ai-openrouter"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { Config, Console, Effect, Layer, Stream } from "effect"

const prompt = "Name three rivers of Norway."
const baseUrl = process.env.OPENROUTER_BASE_URL ?? "https://openrouter.ai/api/v1"

/** Prints the cost of a call. */
const printCost = (call, id) =>
  Effect.flatMap(Generations.await(id, { within: "1 minute" }), (generation) => {
    const { effective } = Usage.cost(generation)
    return Console.log(call, id, effective === null ? "unknown" : `$${Usage.formatUsd(effective)}`)
  })

// #region whole
const whole = Effect.gen(function*() {
  const completion = yield* LanguageModel.generateText({ prompt })
  yield* printCost("whole", GenerationId.fromCompletion(completion))
})
// #endregion

// #region streamed
const streamed = Effect.gen(function*() {
  let id = null
  yield* LanguageModel.streamText({ prompt }).pipe(
    Stream.runForEach((part) => Effect.sync(() => id ??= GenerationId.fromCompletion(part)))
  )
  yield* printCost("streamed", id)
})
// #endregion

// #region cancelled
const cancelled = Effect.gen(function*() {
  let id = null
  yield* LanguageModel.streamText({ prompt }).pipe(
    Stream.tap((part) => Effect.sync(() => id ??= GenerationId.fromCompletion(part))),
    Stream.takeUntil(({ type }) => type === "text-delta"),
    Stream.runDrain
  )
  yield* printCost("cancelled", id)
})
// #endregion

const Observed = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    HttpClient.HttpClient,
    observeHttpClient(({ complete, id }) => Console.log("observed", id, complete ? "complete" : "incomplete"), {
      baseUrl
    })
  )
)

const Model = OpenRouterLanguageModel.layer({ model: "openai/gpt-4o-mini" }).pipe(
  Layer.provide(OpenRouterClient.layerConfig({
    apiKey: Config.redacted("OPENROUTER_API_KEY"),
    apiUrl: Config.succeed(baseUrl)
  })),
  Layer.provide(Observed)
)

Effect.all([whole, streamed, cancelled], { discard: true }).pipe(
  Effect.provide(Layer.merge(Model, Generations.layer.pipe(Layer.provide(GenerationsClient.layerConfig())))),
  Effect.provide(FetchHttpClient.layer),
  Effect.runPromise
)
