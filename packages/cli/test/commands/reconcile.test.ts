import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { statSync } from "node:fs"
import { add, folder, key, read, run, served, settleInLedger, values, write } from "../harness.js"

const model = "openai/gpt-4o-2024-08-06"

/** A record that was created a number of days ago, at noon UTC. */
const record = (id: string, daysAgo: number, totalCost: number | null, more: object = {}) => ({
  id,
  model,
  providerName: "OpenAI",
  totalCost,
  usage: totalCost,
  isByok: false,
  createdAt: noon(daysAgo),
  ...more
})

const noon = (daysAgo: number) =>
  DateTime.unsafeMake(Math.floor(Date.now() / 86_400_000) * 86_400_000 - daysAgo * 86_400_000 + 43_200_000)

const isoDay = (daysAgo: number) => DateTime.formatIsoDateUtc(noon(daysAgo))

const ownKey = { isByok: true, upstreamInferenceCost: 0.5 }

/** Sweeps these ids into a file, and returns what reconciles it. */
const swept = (...ids: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const file = yield* folder
    yield* run(["sweep", "--out", file("out")], { input: ids.join("\n") })
    return (...args: ReadonlyArray<string>) => run(["reconcile", file("out"), ...args])
  })

interface Line {
  readonly source?: string
  readonly day?: string
  readonly model?: string
  readonly tolerance?: string
  readonly difference?: string
  readonly explanations?: ReadonlyArray<{ readonly kind: string; readonly text: string }>
  readonly agrees?: boolean
  readonly checks?: ReadonlyArray<Record<string, unknown>>
  readonly notes?: ReadonlyArray<{ readonly kind: string; readonly text: string }>
}

const lines = (stdout: string): ReadonlyArray<Line> => values(stdout)

const result = (stdout: string): Line => lines(stdout).at(-1) ?? {}

const kinds = (line: Line | undefined) => (line?.explanations ?? line?.notes ?? []).map(({ kind }) => kind)

describe("reconcile", () => {
  it.scopedLive("agrees with the activity by day and model, exactly, and with today", () =>
    Effect.gen(function*() {
      yield* add(
        record("gen-1", 2, 0.1),
        record("gen-2", 2, 0.2),
        record("gen-3", 1, 1e-8, ownKey),
        record("gen-4", 1, 3, { model: "b/two" }),
        record("gen-5", 0, 0.4)
      )
      const reconcile = yield* swept("gen-1", "gen-2", "gen-3", "gen-4", "gen-5")
      const { code, stderr, stdout } = yield* reconcile()
      assert.strictEqual(code, 0, stderr)
      assert.match(stdout, /^completed UTC days +\$3\.80000001 +\$3\.80000001 +\$0\.00 +agrees$/m)
      assert.match(stdout, /^today \(UTC\) +\$0\.40 +\$0\.40 +\$0\.00 +agrees$/m)
      const json = lines((yield* reconcile("--json")).stdout)
      assert.deepInclude(json[0], { source: "activity", day: isoDay(2), model, difference: "0", explanations: [] })
      assert.deepInclude(json.at(-1), { agrees: true, tolerance: "$0.00", notes: [] })
      const csv = (yield* reconcile("--csv")).stdout.split("\r\n")
      assert.match(csv[0] ?? "", /^source,day,model,count,openrouter_count,cost,openrouter_cost,difference,/)
      assert.strictEqual(csv[1], `activity,${isoDay(2)},${model},2,2,0.3,0.3,0,0.3,0.3,0,0,0,`)
    }).pipe(Effect.provide(served)))

  it.scopedLive("differs by what was not noted, and says which ids only OpenRouter has", () =>
    Effect.gen(function*() {
      yield* add(record("gen-1", 2, 0.1), record("gen-missing", 2, 0.25), record("gen-3", 1, 1))
      const reconcile = yield* swept("gen-1", "gen-3")
      const { code, stderr, stdout } = yield* reconcile()
      assert.strictEqual(code, 6)
      assert.include(stderr, "the totals differ: completed UTC days by $0.25; the tolerance is $0.00")
      assert.match(stdout, new RegExp(`^${isoDay(2)} {2}${model}$`, "m"))
      assert.include(stdout, "here        $0.10 in 1 generation")
      assert.include(stdout, "OpenRouter  $0.35 in 2 generations")
      assert.include(stdout, "OpenRouter counts 1 generation more")
      assert.notInclude(stdout, isoDay(1))
      const discovered = yield* reconcile("--discover")
      assert.include(discovered.stdout, `1 id of ${isoDay(2)} only OpenRouter has, such as gen-missing`)
    }).pipe(Effect.provide(served)))

  it.scopedLive("allows a difference up to the tolerance, equal included", () =>
    Effect.gen(function*() {
      yield* add(record("gen-1", 2, 0.9), record("gen-missing", 2, 0.1), record("gen-tiny", 1, 1e-8))
      const reconcile = yield* swept("gen-1", "gen-tiny")
      const codes = yield* Effect.forEach(
        ["0", "0.0999999USD", "0.1USD", "$0.1", "0.1", "10%", "9.99%"],
        (tolerance) => Effect.map(reconcile("--tolerance", tolerance), ({ code }) => code)
      )
      assert.deepStrictEqual(codes, [6, 6, 0, 0, 0, 0, 6])
      assert.include((yield* reconcile("--tolerance", "0.1USD")).stdout, "agrees within $0.10")
    }).pipe(Effect.provide(served)))

  it.scopedLive("does not let differences cancel out", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add(record("gen-1", 2, 0.1))
      const generation = { id: "gen-2", model, total_cost: 0.1, is_byok: false, created_at: noon(1).toJSON() }
      yield* write(file("out"), JSON.stringify({ _tag: "Settled", id: "gen-2", generation }))
      const { code, stdout } = yield* run(["reconcile", file("out"), "--json"])
      assert.strictEqual(code, 6)
      assert.deepInclude(result(stdout).checks?.[0], { difference: "0", off: "0.2", agrees: false })
      assert.deepStrictEqual(lines(stdout).slice(0, 2).map(kinds), [["utcDay", "onlyOpenRouter"], [
        "utcDay",
        "onlyHere"
      ]])
    }).pipe(Effect.provide(served)))

  it.scopedLive("explains unknown costs, ids without a record, and own keys", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add(record("gen-1", 3, 0.5), record("gen-2", 2, 0.1, ownKey))
      const settled = (id: string, daysAgo: number, fields: object) =>
        JSON.stringify({
          _tag: "Settled",
          id,
          generation: { id, model, created_at: noon(daysAgo).toJSON(), ...fields }
        })
      yield* write(
        file("out"),
        [
          settled("gen-1", 3, { total_cost: null }),
          settled("gen-2", 2, { total_cost: 0.1, is_byok: true, upstream_inference_cost: 0.4 }),
          JSON.stringify({ _tag: "NotVisible", id: "gen-none", attempts: 1, elapsed: 5 })
        ].join("\n")
      )
      const { code, stdout } = yield* run(["reconcile", file("out"), "--json"])
      assert.strictEqual(code, 6)
      assert.deepStrictEqual(lines(stdout).slice(0, 2).map(kinds), [["costUnknown"], ["byok"]])
      assert.include(lines(stdout)[1]?.explanations?.[0]?.text, "$0.40 here, $0.50 at OpenRouter")
      assert.deepStrictEqual(kinds(result(stdout)), ["notVisible"])
    }).pipe(Effect.provide(served)))

  it.scopedLive("names what it does not compare: days that OpenRouter does not have, and records without a date", () =>
    Effect.gen(function*() {
      yield* add(
        record("gen-old", 31, 7),
        record("gen-first", 30, 1),
        record("gen-undated", 0, 2, { createdAt: null })
      )
      const reconcile = yield* swept("gen-old", "gen-first", "gen-undated")
      const { code, stdout } = yield* reconcile("--json")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(kinds(result(stdout)), ["undated", "outside30Days"])
      assert.include(result(stdout).notes?.[1]?.text, "$7.00 in 1 generation")
      assert.deepStrictEqual(lines(stdout)[0]?.day, isoDay(30))
    }).pipe(Effect.provide(served)))

  it.scopedLive("compares whole UTC days of a period, and never asks the activity for today", () =>
    Effect.gen(function*() {
      yield* add(record("gen-1", 3, 0.1), record("gen-2", 1, 0.2), record("gen-3", 0, 0.4))
      const reconcile = yield* swept("gen-2")
      assert.strictEqual((yield* reconcile("--since", "1d", "--until", isoDay(1))).code, 0)
      assert.strictEqual((yield* reconcile("--since", isoDay(3), "--until", isoDay(1))).code, 6)
      const today = yield* reconcile("--since", isoDay(0), "--json")
      assert.strictEqual(today.code, 6)
      assert.deepStrictEqual(kinds(lines(today.stdout)[0]), ["otherKeys"])
      const emulator = yield* OpenRouterEmulator
      const urls = (yield* emulator.requests).map(({ url }) => url)
      assert.lengthOf(urls.filter((url) => url.endsWith("/activity")), 2)
      assert.lengthOf(urls.filter((url) => url.endsWith("/key")), 1)
    }).pipe(Effect.provide(served)))

  it.scopedLive("asks for today with the key of the completions", () =>
    Effect.gen(function*() {
      yield* add(record("gen-1", 0, 0.1))
      const file = yield* folder
      yield* run(["sweep", "--out", file("out")], { input: "gen-1" })
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{
        status: 200,
        body: { data: { is_management_key: true, usage_daily: 0, byok_usage_daily: 0, added: "field" } },
        when: ({ url }) => url.endsWith("/key")
      }])
      const management = { env: { OPENROUTER_MANAGEMENT_KEY: "sk-or-v1-management" } }
      const none = yield* run(["reconcile", file("out"), "--json"], management)
      assert.strictEqual(none.code, 0)
      assert.deepStrictEqual(kinds(result(none.stdout)), ["notCompared"])
      const { code } = yield* run(["reconcile", file("out")], management)
      assert.strictEqual(code, 0)
      const keys = (yield* emulator.requests).slice(-2).map(({ headers, url }) => [url, headers["authorization"]])
      assert.lengthOf(new Set(keys.map(([, key]) => key)), 2)
    }).pipe(Effect.provide(served)))

  it.scopedLive("compares the credits with the first reading of the period, and adds a reading", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* add(record("gen-1", 3, 0.1))
      const reconcile = yield* swept("gen-1")
      const args = ["--credits", file("readings"), "--json"]
      const first = yield* reconcile(...args)
      assert.strictEqual(first.code, 0)
      assert.deepStrictEqual(kinds(result(first.stdout)), ["notCompared"])
      assert.strictEqual(statSync(file("readings")).mode & 0o777, 0o600)
      // A reading of before the record.
      yield* write(file("readings"), `${JSON.stringify({ at: noon(4).toJSON(), total_usage: 0 })}\n`)
      assert.strictEqual((yield* reconcile(...args)).code, 0)
      yield* add(record("gen-missing", 2, 0.2))
      const differs = yield* reconcile(...args, "--since", isoDay(5), "--tolerance", "0.1USD")
      assert.strictEqual(differs.code, 6)
      assert.deepInclude(result(differs.stdout).checks?.at(-1), {
        source: "credits",
        difference: "-0.2",
        agrees: false
      })
      assert.lengthOf((yield* read(file("readings"))).trimEnd().split("\n"), 3)
    }).pipe(Effect.provide(served)))

  it.scopedLive("counts OpenRouter's rounding as no difference, but a millionth of a cent as one", () =>
    Effect.gen(function*() {
      const file = yield* folder
      const generation = (id: string, cost: number) =>
        JSON.stringify({
          _tag: "Settled",
          id,
          generation: { id, model, total_cost: cost, created_at: noon(1).toJSON() }
        })
      yield* write(file("out"), `${generation("gen-1", 0.1)}\n${generation("gen-2", 0.2)}\n`)
      const withActivity = (usage: number) =>
        Effect.gen(function*() {
          yield* (yield* OpenRouterEmulator).faults([{
            status: 200,
            body: { data: [{ date: isoDay(1), model, usage, byok_usage_inference: 0, requests: 2 }] },
            when: ({ url }) => url.endsWith("/activity")
          }])
          return yield* run(["reconcile", file("out"), "--json"])
        })
      const rounded = yield* withActivity(0.1 + 0.2)
      assert.strictEqual(rounded.code, 0)
      assert.deepStrictEqual(kinds(lines(rounded.stdout)[0]), ["rounding"])
      const changed = yield* withActivity(0.30000001)
      assert.strictEqual(changed.code, 6)
      assert.deepStrictEqual(kinds(lines(changed.stdout)[0]), ["otherAmounts"])
      assert.strictEqual(lines(changed.stdout)[0]?.difference, "-0.00000001")
    }).pipe(Effect.provide(served)))

  it.scopedLive("reports a damaged file with its exit code, and a wrong option before it asks", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* write(file("out"), "{\"_tag\":\"NotVisible\",\"id\":\"a\",\"attempts\":1,\"elapsed\":5}\nnonsense\n\n")
      const damaged = yield* run(["reconcile", file("out")])
      assert.strictEqual(damaged.code, 5)
      assert.include(damaged.stdout, "1 line unreadable")
      const emulator = yield* OpenRouterEmulator
      const before = (yield* emulator.requests).length
      yield* write(file("readings"), "nonsense")
      const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
        [["--tolerance", "much"], /received: 'much'/],
        [["--tolerance", "-1"], /tolerance/],
        [["--json", "--csv"], /exclude each other/],
        [["--credits", file("readings")], /line 1 of .*readings is not a reading/],
        [["--since", "soon"], /'soon'/]
      ]
      for (const [args, message] of wrong) {
        const { code, stderr, stdout } = yield* run(["reconcile", file("out"), ...args])
        assert.deepInclude({ code, stdout }, { code: 2, stdout: "" }, args.join(" "))
        assert.match(stderr, message)
      }
      assert.lengthOf(yield* emulator.requests, before)
    }).pipe(Effect.provide(served)))

  it.scopedLive("compares a ledger, and names what is pending and what only OpenRouter has", () =>
    Effect.gen(function*() {
      const ledger = (yield* folder)("ledger.db")
      yield* add(
        record("gen-1", 2, 0.1),
        record("gen-2", 1, 0.2, ownKey),
        record("gen-today", 0, 0.4),
        record("gen-old", 40, 7),
        record("gen-undated", 0, 0.5, { createdAt: null })
      )
      yield* settleInLedger(ledger, ["gen-1", "gen-2", "gen-today", "gen-old", "gen-undated"])
      const reconcile = (...args: ReadonlyArray<string>) => run(["reconcile", "--ledger", ledger, ...args])
      const same = yield* reconcile("--json")
      assert.strictEqual(same.code, 0, same.stderr)
      assert.deepStrictEqual(kinds(result(same.stdout)), ["undated", "outside30Days"])
      assert.include(result(same.stdout).notes?.[0]?.text, "$0.50 in 1 generation")

      yield* add(record("gen-missing", 2, 0.25))
      yield* run(["ledger", "add", "--ledger", ledger, "gen-pending"])
      const differs = yield* reconcile("--discover", "--csv")
      assert.strictEqual(differs.code, 6)
      assert.include(differs.stderr, "1 id pending: what they cost is missing")
      assert.include(differs.stderr, "only OpenRouter has, such as gen-missing")
      assert.include(differs.stderr, "completed UTC days by $0.25")
      assert.strictEqual((yield* reconcile("--tolerance", "0.25USD")).code, 0)
    }).pipe(Effect.provide(served)))

  it.scopedLive("says that it needs a management key, and fits a narrow terminal", () =>
    Effect.gen(function*() {
      yield* add(record("gen-1", 1, 0.1), record("gen-2", 1, 0.1))
      const file = yield* folder
      yield* run(["sweep", "--out", file("out")], { input: "gen-1\ngen-none" })
      const { stdout } = yield* run(["reconcile", file("out"), "--discover"], { columns: 40 })
      assert.include(stdout, "- 1 id not visible (yet)")
      for (const line of stdout.split("\n")) assert.isAtMost(line.length, 40)
      yield* (yield* OpenRouterEmulator).faults([
        { status: 403, body: { error: { code: 403, message: "Only management keys can do this" } } }
      ])
      const { code, stderr } = yield* run(["reconcile", file("out")])
      assert.strictEqual(code, 1)
      assert.include(stderr, "management-keys")
      assert.notInclude(stderr, key)
    }).pipe(Effect.provide(served)))
})
