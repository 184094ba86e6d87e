import { Generation, Usage } from "@effect-openrouter/core"
import { noteOtherId } from "@effect-openrouter/core/internal/otherId"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Data, Effect, FastCheck, Schema, Stream } from "effect"
import { acceptedRecords, fixture } from "./fixtures.js"

const decode = Schema.decodeUnknownSync(Generation)
const generation = (fields: object) => decode({ id: "gen-1", ...fields })

const summaries = <const B extends Usage.By>(by: B, generations: Iterable<Generation>) =>
  Effect.map(Usage.summarizer(by), ({ add, result }) => {
    for (const generation of generations) add(generation)
    return result()
  })

/** The one summary of all records. */
const summary = (...records: ReadonlyArray<object>) =>
  Effect.map(
    summaries(() => null, records.map(generation)),
    ([only]): Usage.Summary<null> => only ?? assert.fail("no summary")
  )

const usd = Usage.formatUsd

describe("Usage.summarize", () => {
  it.effect("is a Sink of totals by key, in the order in which the keys first appeared", () =>
    Effect.gen(function*() {
      const records = [
        { model: "b", total_cost: 0.1 },
        { model: "a", total_cost: 1 },
        { model: "b", total_cost: 0.2 },
        {}
      ]
      const generations = records.map(generation)
      const byModel = Usage.summarize("model")
      const expected = [["b", 2, "0.3"], ["a", 1, "1"], [null, 1, "0"]]
      const rows = (all: ReadonlyArray<Usage.Summary<string | null>>) =>
        all.map(({ cost, count, key }) => [key, count, usd(cost.effective)])

      const run = Effect.map(Stream.run(Stream.rechunk(Stream.fromIterable(generations), 2), byModel), rows)
      assert.deepStrictEqual(yield* run, expected)
      assert.deepStrictEqual(yield* run, expected, "a second run starts from nothing")
      assert.deepStrictEqual(yield* Effect.map(summaries("model", generations), rows), expected)
      assert.deepStrictEqual(yield* Stream.run(Stream.empty, byModel), [])
    }))

  it.effect.each<readonly [by: Usage.By, record: object, key: unknown]>([
    ["model", { model: "openai/gpt-4o-2024-08-06" }, "openai/gpt-4o-2024-08-06"],
    ["provider", { provider_name: "OpenAI" }, "OpenAI"],
    ["day", { created_at: "2026-11-22T23:59:59.999999+00:00" }, "2026-11-22"],
    ["day", { created_at: "2026-11-22T23:30:00-01:00" }, "2026-11-23"],
    ["app", { app_id: 7 }, 7],
    ["session", { session_id: "s" }, "s"],
    ["model", {}, null],
    ["provider", {}, null],
    ["day", {}, null],
    ["app", {}, null],
    ["session", {}, null],
    ["model", { model: "" }, null],
    ["provider", { provider_name: "" }, null],
    ["session", { session_id: "" }, null],
    [({ isByok }: Generation) => isByok, { is_byok: true }, true]
  ])("the %s of %o is %o", ([by, record, key]) =>
    Effect.gen(function*() {
      const result = yield* summaries(by, [generation(record)])
      assert.deepStrictEqual(result.map((summary) => summary.key), [key])
    }))

  it.effect("groups by a list of keys, days of a time zone included", () =>
    Effect.gen(function*() {
      const records = [
        { model: "a", created_at: "2026-11-22T23:30:00Z" },
        { model: "a", created_at: "2026-11-23T22:59:59Z" },
        { model: "b" }
      ].map(generation)
      const result = yield* summaries(["model", Usage.day("Europe/Berlin"), "day"], records)
      const keys: ReadonlyArray<readonly [string | null, string | null, string | null]> = result.map(({ key }) => key)
      assert.deepStrictEqual(keys.map((key) => key.slice()), [
        ["a", "2026-11-23", "2026-11-22"],
        ["a", "2026-11-23", "2026-11-23"],
        ["b", null, null]
      ])
      const byDay = yield* summaries([Usage.day("Europe/Berlin")], records)
      assert.deepStrictEqual(byDay.map(({ count }) => count), [2, 1])
    }))

  it("rejects a time zone that does not exist", () => {
    assert.throws(() => Usage.day("Europe/Nowhere"), "timeZone must be")
  })

  it("runs synchronously", () => {
    const stream = Stream.make(generation({ total_cost: 0.25 }))
    assert.strictEqual(Effect.runSync(Stream.run(stream, Usage.summarize("model"))).length, 1)
  })

  it.effect("goes to another process and back", () =>
    Effect.gen(function*() {
      const record = { model: "a", total_cost: 1e-20, latency: 3, created_at: "2026-11-22T23:30:00Z" }
      const all = yield* summaries(["model", "day"], [generation(record)])
      const encoded = yield* Schema.encode(Schema.Array(Usage.Summary))(all)
      assert.deepNestedInclude(encoded[0], { key: ["a", "2026-11-22"], "cost.effective": "0.00000000000000000001" })
      const decoded = yield* Schema.decodeUnknown(Schema.Array(Usage.Summary))(JSON.parse(JSON.stringify(encoded)))
      assert.isTrue(Schema.equivalence(Schema.Array(Usage.Summary))(decoded, all))
    }))

  it.effect("groups by several things at once", () =>
    Effect.gen(function*() {
      const records = [{ model: "a", is_byok: true }, { model: "a" }, { model: "a", is_byok: true }].map(generation)
      const result = yield* summaries(({ isByok, model }) => Data.tuple(model, isByok), records)
      assert.deepStrictEqual(
        result.map(({ count, key: [model, isByok] }) => [model, isByok, count]),
        [["a", true, 2], ["a", null, 1]]
      )
    }))

  it.effect("counts an unknown cost as unknown, not as 0", () =>
    Effect.gen(function*() {
      const { cost, count } = yield* summary({ total_cost: 0.25 }, { total_cost: 0 }, {}, { is_byok: true })
      assert.deepStrictEqual([count, cost.known, cost.unknown, usd(cost.effective)], [4, 2, 2, "0.25"])
    }))

  it.effect("keeps what OpenRouter charged apart from what the own key was charged", () =>
    Effect.gen(function*() {
      const { cost } = yield* summary(
        { total_cost: 0.1, upstream_inference_cost: 0.09, is_byok: false },
        { usage: 0.02, upstream_inference_cost: 0.2, is_byok: true },
        { total_cost: 0.01, is_byok: true }
      )
      assert.deepStrictEqual([cost.effective, cost.credits, cost.byok].map(usd), ["0.33", "0.13", "0.2"])
    }))

  it.effect("adds ten million times 1e-8 to exactly 0.1", () =>
    Effect.gen(function*() {
      const record = generation({ total_cost: 1e-8 })
      const { add, result } = yield* Usage.summarizer("model")
      for (let i = 0; i < 10_000_000; i++) add(record)
      const [only] = result()
      assert.strictEqual(only?.cost.known, 10_000_000)
      assert.strictEqual(only?.cost.effective.toString(), "BigDecimal(0.1)")
    }), 60_000)

  describe("adds a record once that was returned for several ids", () => {
    const record = (id: string, isOther: boolean) => {
      const generation = decode({ id, total_cost: 0.1 })
      if (isOther) noteOtherId(generation)
      return generation
    }
    const counts = (...records: ReadonlyArray<Generation>) =>
      Effect.map(summaries(() => null, records), ([only]) => [only?.count, only && usd(only.cost.effective)])

    it.effect.each<readonly [title: string, isOther: ReadonlyArray<boolean>, count: number]>([
      ["after its own id", [false, true, true], 1],
      ["before its own id", [true, false], 1],
      ["without its own id", [true, true], 1],
      ["and a record that was given twice, twice", [false, false], 2]
    ])("%s", ([, isOther, count]) =>
      Effect.gen(function*() {
        const [counted] = yield* counts(...isOther.map((isOther) => record("gen-1", isOther)))
        assert.strictEqual(counted, count)
      }))

    it.effect("as long as its id is among the last 10,000", () =>
      Effect.gen(function*() {
        const between = (length: number) => Array.from({ length }, (_, index) => record(`gen-between-${index}`, false))
        const [first, again] = [record("gen-1", true), record("gen-1", true)]
        assert.deepStrictEqual(yield* counts(first, ...between(9999), again), [10_000, "1000"])
        assert.deepStrictEqual(yield* counts(first, ...between(10_000), again), [10_002, "1000.2"])
      }))
  })

  it.effect("sums the tokens that are known", () =>
    Effect.gen(function*() {
      const { tokens } = yield* summary(
        { native_tokens_prompt: 10, native_tokens_completion: 5, tokens_prompt: 99, native_tokens_reasoning: 0 },
        { native_tokens_prompt: 7 }
      )
      assert.deepStrictEqual(tokens, { prompt: 17, completion: 5, cached: null, reasoning: 0 })
    }))

  it.effect("counts failed attempts", () =>
    Effect.gen(function*() {
      const { data } = fixture("fallback-attempts.json")
      assert.strictEqual((yield* summary(data, {}, data)).failedAttempts, 4)
    }))

  it.effect("returns null quantiles where no valid value is known", () =>
    Effect.gen(function*() {
      const { timeToFirstToken, tokensPerSecond } = yield* summary(
        {},
        { latency: -1, native_tokens_completion: -1, generation_time: 500 },
        { native_tokens_completion: 1, generation_time: 0 }
      )
      assert.isNull(timeToFirstToken)
      assert.isNull(tokensPerSecond)
    }))

  it.effect("returns running totals", () =>
    Effect.gen(function*() {
      const { add, result } = yield* Usage.summarizer("model")
      add(generation({ total_cost: 1 }))
      const before = result()
      add(generation({ total_cost: 2 }))
      assert.deepStrictEqual(
        [...before, ...result()].map(({ cost, count }) => [count, usd(cost.effective)]),
        [[1, "1"], [2, "3"]]
      )
    }))

  it.effect.each(acceptedRecords)("adds %s", (name) =>
    Effect.gen(function*() {
      const { data } = fixture(name)
      const effective = Usage.effectiveCost(generation(data))
      const { cost } = yield* summary(data)
      assert.strictEqual(BigDecimal.unsafeToNumber(cost.effective), effective ?? 0)
      assert.strictEqual(cost.unknown, effective === null ? 1 : 0)
    }))

  describe("agrees with a model that keeps everything", () => {
    const amount = FastCheck.oneof(
      FastCheck.constant(null),
      FastCheck.integer({ min: -5000, max: 5_000_000 }).map((units) => units / 1e8),
      FastCheck.double({ noNaN: true, noDefaultInfinity: true })
    )
    const measurement = FastCheck.oneof(
      FastCheck.constant(null),
      FastCheck.double({ noNaN: true, min: 0.1, max: 1e6 }),
      FastCheck.integer({ min: 0, max: 100_000 })
    )
    const record = FastCheck.record({
      model: FastCheck.constantFrom("a", "b", "", null),
      total_cost: amount,
      usage: amount,
      upstream_inference_cost: amount,
      is_byok: FastCheck.constantFrom(true, false, null),
      native_tokens_completion: measurement,
      generation_time: measurement,
      latency: measurement
    })

    const exactly = (values: ReadonlyArray<number | null>) =>
      BigDecimal.sumAll(values.map((value) => BigDecimal.unsafeFromString(String(value ?? 0))))

    const nearestRank = (values: ReadonlyArray<number>, fraction: number) =>
      values.toSorted((a, b) => a - b)[Math.max(Math.ceil(values.length * fraction), 1) - 1]

    const assertQuantiles = (quantiles: Usage.Quantiles | null, all: ReadonlyArray<number | null>) => {
      const values = all.filter((value) => value !== null).map((value) => Math.min(value, 1e9))
      if (quantiles === null) return assert.deepStrictEqual(values, [])
      for (const [actual, fraction] of [[quantiles.p50, 0.5], [quantiles.p95, 0.95]] as const) {
        const exact = nearestRank(values, fraction) ?? assert.fail("a quantile of nothing")
        assert.strictEqual(quantiles.exact, values.length <= 1000)
        if (quantiles.exact) assert.strictEqual(actual, exact)
        else assert.isAtMost(Math.abs(actual - exact), Math.max(exact * 0.01, 0.001) * (1 + 1e-9))
      }
    }

    it.effect.prop(
      "for any records",
      [FastCheck.array(record, { maxLength: 30 })],
      ([records]) =>
        Effect.gen(function*() {
          const generations = records.map(generation)
          const result = yield* summaries("model", generations)
          const keys = new Set(generations.map(({ model }) => model || null))
          assert.deepStrictEqual(result.map(({ key }) => key), [...keys])
          for (const { cost, count, key, timeToFirstToken, tokensPerSecond } of result) {
            const group = generations.filter(({ model }) => (model || null) === key)
            const known = group.filter(Usage.isCostKnown)
            const credits = exactly(group.map(({ totalCost, usage }) => totalCost ?? usage))
            const byok = exactly(group.map((one) => one.isByok === true ? one.upstreamInferenceCost : 0))
            assert.deepStrictEqual(
              [count, cost.known, cost.unknown],
              [group.length, known.length, group.length - known.length]
            )
            assert.deepStrictEqual(
              [cost.credits, cost.byok, cost.effective].map(usd),
              [credits, byok, BigDecimal.sum(credits, byok)].map(usd)
            )
            assertQuantiles(tokensPerSecond, group.map(Usage.tokensPerSecond))
            assertQuantiles(timeToFirstToken, group.map(({ latency }) => latency))
          }
        })
    )

    it.effect("for many values of a long tail, in whatever order", () =>
      Effect.gen(function*() {
        const record = generation({})
        const getQuantiles = (latencies: ReadonlyArray<number>) =>
          Effect.map(
            summaries("model", latencies.map((latency) => Object.assign({}, record, { latency }))),
            ([only]) => only?.timeToFirstToken ?? null
          )
        const values = Array.from({ length: 20_000 }, (_, i) => Math.exp(((i * 7919) % 20_000) / 1500))
        const quantiles = yield* getQuantiles(values)
        assertQuantiles(quantiles, values)
        assert.deepStrictEqual(yield* getQuantiles(values.toSorted((a, b) => a - b)), quantiles)
        assert.deepStrictEqual(yield* getQuantiles(values.toReversed()), quantiles)
      }))
  })

  it.effect("returns finite sums or null", () =>
    Effect.gen(function*() {
      const most = { native_tokens_prompt: Number.MAX_VALUE, latency: Number.MAX_VALUE, total_cost: Number.MAX_VALUE }
      const { cost, timeToFirstToken, tokens } = yield* summary(most, most)
      assert.isNull(tokens.prompt)
      assert.closeTo(timeToFirstToken?.p95 ?? 0, 1e9, 1e7)
      assert.strictEqual(usd(cost.effective), `35953862697246314${"0".repeat(292)}`)
    }))
})
