// One suite, in memory and over real sockets.
import { Generation, Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator, type OpenRouterEmulatorService } from "@effect-openrouter/emulator"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { assert, describe, layer } from "@effect/vitest"
import { Clock, Effect, Fiber, Logger, LogLevel, Schema, Stream } from "effect"
import { inMemory, overFetch, overNodeClient, overUndici } from "./harness.js"

const requests = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.requests)

const add = (...args: Parameters<OpenRouterEmulatorService["add"]>) =>
  Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.add(...args))

describe.each([
  ["in memory", inMemory],
  ["over fetch and a socket", overFetch],
  ["over undici and a socket", overUndici],
  ["over client/node and a socket", overNodeClient]
])("Generations %s", (_, environment) => {
  layer(environment, { excludeTestServices: true })((it) => {
    it.effect("get returns the record", () =>
      Effect.gen(function*() {
        yield* add({ id: "gen-1", model: "openai/gpt-4o", totalCost: 0.0015, unknownFields: { speed: "fast" } })
        const generation = yield* Generations.get("gen-1")
        assert.deepInclude(generation, {
          id: "gen-1",
          model: "openai/gpt-4o",
          totalCost: 0.0015,
          usage: 0.0015,
          unknownFields: { speed: "fast" }
        })
        assert.strictEqual(Usage.effectiveCost(generation), 0.0015)
      }))

    it.effect("get fails if there is no record", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Generations.get("gen-unknown"))
        assert.deepInclude(error, { _tag: "OpenRouterDefaultError", reason: "NotFound", message: "Resource not found" })
      }))

    it.effect("get puts any id into the query", () =>
      Effect.gen(function*() {
        const id = "gen/1?x=&#é∞"
        yield* add({ id })
        assert.strictEqual((yield* Generations.get(id)).id, id)
      }))

    it.effect("await returns a record as soon as it is visible", () =>
      Effect.gen(function*() {
        yield* add({ id: "gen-late" }, { visibleAfter: "300 millis" })
        assert.strictEqual((yield* Generations.await("gen-late")).id, "gen-late")
        const asked = (yield* requests).filter(({ url }) => url.endsWith("gen-late"))
        assert.lengthOf(asked, 2)
      }))

    it.effect("await gives up in time", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Generations.await("gen-never", { within: "200 millis" }))
        assert.deepInclude(error, { _tag: "GenerationNotVisibleError", id: "gen-never", attempts: 1 })
        assert.strictEqual(error.message, "gen-never was not visible within 200ms, asked once")
      }))

    it.effect("await goes on through failures of the server until the record is there", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* add({ id: "gen-5", totalCost: 0.25 })
        yield* emulator.faults([{ status: 503 }, { status: 429 }, { status: 200, body: "" }, { status: 524 }])
        const wait = { within: "20 seconds", pollInterval: { initial: "10 millis", max: "10 millis" } } as const
        assert.strictEqual((yield* Generations.await("gen-5", wait)).totalCost, 0.25)
      }))

    it.effect("within ends a request in flight, in an uninterruptible region too", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ delay: "20 seconds" }, { delay: "20 seconds" }])
        const start = yield* Clock.currentTimeMillis
        const within = "300 millis"
        const error = yield* Effect.uninterruptible(Effect.flip(Generations.await("gen-6", { within })))
        assert.strictEqual(error._tag, "GenerationNotVisibleError")
        const settled = yield* Effect.uninterruptible(Stream.runCollect(Settlement.stream(["gen-6"], { within })))
        assert.deepStrictEqual(Array.from(settled, ({ _tag }) => _tag), ["NotVisible"])
        assert.isBelow((yield* Clock.currentTimeMillis) - start, 15_000)
        yield* emulator.reset
      }))

    it.effect("a sweep ends in a finalizer, and in the release of a resource", () =>
      Effect.gen(function*() {
        const sweep = Stream.runCount(Settlement.stream(["gen-7", "gen-8"], { within: "300 millis" }))
        const counts: Array<number> = []
        const note = Effect.flatMap(Effect.orDie(sweep), (count) => Effect.sync(() => counts.push(count)))
        yield* Effect.ensuring(Effect.void, note)
        yield* Effect.scoped(Effect.acquireRelease(Effect.void, () => note))
        assert.deepStrictEqual(counts, [2, 2])
      }))

    it.effect("a server that is down receives few requests of a sweep, and no id fails", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.reset
        const ids = Array.from({ length: 40 }, (_, index) => `gen-${100 + index}`)
        for (const id of ids) yield* add({ id })
        let isDown = true
        yield* emulator.faults(Array.from({ length: 1000 }, () => ({ status: 503, when: () => isDown })))
        const fiber = yield* Effect.fork(Stream.runCollect(Settlement.stream(ids)))
        yield* Effect.sleep("2 seconds")
        const during = (yield* requests).length
        isDown = false
        const settled = yield* Fiber.join(fiber)
        assert.isAtMost(during, 12)
        assert.lengthOf(Array.from(settled).filter(Settlement.is("Settled")), ids.length)
        yield* emulator.reset
      }))

    it.effect("sums count a record once that OpenRouter returns for every id", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const body = { data: { id: "gen-1", model: "openai/gpt-4o", total_cost: 0.1 } }
        yield* emulator.faults(Array.from({ length: 8 }, () => ({ status: 200, body })))
        const ids = ["gen-1", "gen-2", "gen-3", "gen-4"]
        const swept = yield* Settlement.stream(ids).pipe(
          Stream.filter(Settlement.is("Settled")),
          Stream.map(({ generation }) => generation),
          Stream.run(Usage.summarize("model"))
        )
        const received = yield* Stream.run(
          Stream.mapEffect(Stream.fromIterable(ids), (id) => Generations.get(id)),
          Usage.summarize("model")
        )
        for (const summaries of [swept, received]) {
          assert.deepStrictEqual(summaries.map(({ cost, count }) => [count, Usage.formatUsd(cost.effective)]), [[
            1,
            "0.1"
          ]])
        }
      }).pipe(Logger.withMinimumLogLevel(LogLevel.None)))

    it.effect("content returns the prompt and the completion", () =>
      Effect.gen(function*() {
        yield* add({ id: "gen-2" }, { content: { input: { prompt: "Why?" }, output: { completion: "42" } } })
        const content = yield* Generations.content("gen-2")
        assert.deepStrictEqual([content.input?.prompt, content.output?.completion, content.error], ["Why?", "42", null])
        yield* add({ id: "gen-3" })
        const error = yield* Effect.flip(Generations.content("gen-3"))
        assert.deepInclude(error, { _tag: "OpenRouterDefaultError", status: 404 })
      }))

    it.effect("submitFeedback is received", () =>
      Effect.gen(function*() {
        yield* add({ id: "gen-4" })
        const feedback = { generationId: "gen-4", category: "billing", comment: "charged twice" } as const
        assert.isUndefined(yield* Generations.submitFeedback(feedback))
        const received = (yield* requests).at(-1)
        assert.deepInclude(received, { method: "POST", url: "/api/v1/generation/feedback" })
        assert.deepStrictEqual(JSON.parse(received?.body ?? ""), {
          generation_id: "gen-4",
          category: "billing",
          comment: "charged twice"
        })
      }))

    it.effect("submitFeedback fails if there is no generation", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Generations.submitFeedback({ generationId: "gen-x", category: "other" }))
        assert.deepInclude(error, { _tag: "OpenRouterDefaultError", status: 404 })
      }))

    it.effect("a record encodes to what is received", () =>
      Effect.gen(function*() {
        const record = yield* Schema.decode(Generation)({
          id: "gen-5",
          created_at: "2026-07-21T09:59:00Z",
          usage: 1e-8
        })
        yield* add(record)
        assert.deepStrictEqual(yield* Generations.get("gen-5"), record)
      }))
  })
})
