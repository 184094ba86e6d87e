// Whatever is done to a valid body, the caller gets a decoded value or a typed error: never a defect.
import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { Generation, isOpenRouterError } from "@effect-openrouter/core"
import { apiKey } from "@effect-openrouter/test-support"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, FastCheck, Layer, Option, Schema } from "effect"
import { readdirSync, readFileSync } from "node:fs"

const folder = new URL("fixtures/errors/", import.meta.url)
const errorBodies = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"))

const record = JSON.stringify({
  data: {
    id: "gen-1",
    created_at: "2026-07-21T09:59:00.123456+00:00",
    model: "openai/gpt-4o",
    provider_responses: [{ status: 503, latency: 12.5 }, { status: 200, region: { name: "eu" } }],
    total_cost: 0.0015,
    is_byok: false,
    origin: "",
    session_id: null,
    added: [1, { deep: true }]
  }
})

const bodies = [record, ...errorBodies]

const isGeneration = Schema.is(Generation)

let next = new Response()

const { execute } = Effect.runSync(Effect.provide(
  OpenRouterClient,
  OpenRouterClient.layer({ apiKey, retry: RetryPolicy.none }).pipe(Layer.provide(Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, next)))
  )))
))

/** Runs one call that is answered so, and holds its end to the promise. */
const answered = (status: number, body: BodyInit) =>
  Effect.suspend(() => {
    next = new Response(body, { status })
    return execute({ method: "GET", path: "/generation?id=gen-1", schema: Generation })
  }).pipe(
    Effect.exit,
    Effect.map((exit) => {
      if (Exit.isSuccess(exit)) assert.isTrue(isGeneration(exit.value))
      else assert.isTrue(isOpenRouterError(Option.getOrNull(Cause.failureOption(exit.cause))), Cause.pretty(exit.cause))
    })
  )

type Path = ReadonlyArray<string | number>

/** The paths of every value within a JSON value. */
const pathsIn = (value: unknown, path: Path = []): ReadonlyArray<Path> => [
  path,
  ...(typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))
    : [])
]

/** The value with what is at a path changed; `undefined` takes it away. */
const changeAt = (value: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown => {
  if (key === undefined) return change(value)
  const entries = Object.entries(value as object).map(([name, inner]) =>
    [name, name === key ? changeAt(inner, rest, change) : inner] as const
  )
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

const status = FastCheck.constantFrom(200, 200, 200, 201, 404, 429, 500)

const mutation = FastCheck.oneof(
  FastCheck.constant(() => undefined),
  FastCheck.constant((value: unknown) => [value]),
  FastCheck.constant((value: unknown) => ({ value })),
  FastCheck.jsonValue().map((replacement) => () => replacement),
  FastCheck.constantFrom(Number.MAX_VALUE, -1, 0, "", "0", true, null, [], {}, "\ud800", "x".repeat(10_000)).map(
    (replacement) => () => replacement
  )
)

describe("a body that is", () => {
  it.effect.prop("changed anywhere", {
    body: FastCheck.constantFrom(...bodies.filter((body) => body.startsWith("{"))),
    picks: FastCheck.array(FastCheck.tuple(FastCheck.nat(), mutation), { minLength: 1, maxLength: 3 }),
    status
  }, ({ body, picks, status }) => {
    const changed = picks.reduce((value: unknown, [pick, change]) => {
      const paths = pathsIn(value)
      return changeAt(value, paths[pick % paths.length] ?? [], change)
    }, JSON.parse(body))
    return answered(status, JSON.stringify(changed) ?? "")
  }, { fastCheck: { numRuns: 300 } })

  it.effect.prop(
    "any bytes at all",
    { bytes: FastCheck.uint8Array(), status },
    ({ bytes, status }) => answered(status, Uint8Array.from(bytes))
  )

  it.effect.prop("any JSON at all", { json: FastCheck.json(), status }, ({ json, status }) => answered(status, json))

  it.effect.each(bodies)("truncated at any byte: %s", (body) => {
    const bytes = new TextEncoder().encode(body)
    return Effect.forEach(
      Array.from({ length: bytes.length }, (_, length) => bytes.slice(0, length)),
      (part) => Effect.zipRight(answered(200, part), answered(500, part)),
      { discard: true }
    )
  })
})
