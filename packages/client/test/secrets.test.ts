// The key is shown by no printer: not by an error, a log, a span, a defect or a rejection, and not by the client itself.
import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeClient from "@effect-openrouter/client/node"
import { Generation } from "@effect-openrouter/core"
import { recordingTracer } from "@effect-openrouter/test-support"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Layer, Logger, LogLevel, Redacted, Runtime, type Tracer } from "effect"
import { inspect } from "node:util"
import { type Behavior, makeHostileServer, wholeResponse } from "./hostileServer.js"

const key = "sk-or-v1-5ecre7-0123456789"
const apiKey = Redacted.make(key)

const echo = `{"error":{"message":"no user for Bearer ${key}","code":401,"metadata":{"authorization":"Bearer ${key}"}}}`
const headers = [`x-echo: Bearer ${key}`, `location: https://elsewhere.example/?key=${key}`, `www-authenticate: ${key}`]

const answers: ReadonlyArray<[string, Behavior]> = [
  ["an error that echoes the key", (socket) => void socket.write(wholeResponse(401, echo, ...headers))],
  ["a redirect that echoes the key", (socket) => void socket.write(wholeResponse(302, "", ...headers))],
  ["HTML that echoes the key", (socket) => void socket.write(wholeResponse(200, `<p>Bearer ${key}`, ...headers))],
  ["an invalid record", (socket) => void socket.write(wholeResponse(200, `{"data":{"id":["${key}"],"${key}":1}}`))],
  ["half an answer", (socket) => void socket.end(`HTTP/1.1 200 ${key}\r\ncontent-length: 99\r\n\r\n${key}`)],
  ["garbage", (socket) => void socket.end(`Bearer ${key}`)],
  ["silence", () => {}],
  ["a record", (socket) => void socket.write(wholeResponse(200, `{"data":{"id":"gen-1"}}`, ...headers))]
]

const call = Effect.flatMap(
  OpenRouterClient,
  ({ execute }) => execute({ method: "GET", path: "/generation?id=gen-1", schema: Generation })
)

const loggers: ReadonlyArray<Logger.Logger<unknown, unknown>> = [
  Logger.stringLogger,
  Logger.logfmtLogger,
  Logger.jsonLogger,
  Logger.structuredLogger,
  Logger.prettyLogger({ mode: "tty", colors: false }),
  Logger.prettyLogger({ mode: "browser" })
]

/** Everything that is printed of a value, in every way there is. */
const printed = (value: unknown): ReadonlyArray<string> => [
  String(value),
  JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "",
  inspect(value),
  inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: Infinity })
]

/** What an exporter takes of a span. */
const exported = (span: Tracer.Span) => ({
  name: span.name,
  attributes: [...span.attributes],
  events: "events" in span ? span.events : [],
  failure: span.status._tag === "Ended" && span.status.exit._tag === "Failure"
    ? Cause.pretty(span.status.exit.cause, { renderErrorCause: true })
    : ""
})

/** Runs an effect and gives back all that anyone could see of it: errors, logs, spans, the console. */
const watched = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const seen: Array<unknown> = []
    const see = (...values: ReadonlyArray<unknown>) => Effect.sync(() => void seen.push(...values))
    const unsafeSee = (...values: ReadonlyArray<unknown>) => void seen.push(...values)
    const console = yield* Effect.console
    const watching = {
      ...console,
      log: see,
      error: see,
      group: see,
      unsafe: { ...globalThis.console, log: unsafeSee, error: unsafeSee, group: unsafeSee, groupCollapsed: unsafeSee }
    }
    const { spans, tracer } = yield* recordingTracer
    const exit = yield* effect.pipe(
      Effect.tapErrorCause((cause) =>
        Effect.all([
          Effect.logTrace(cause),
          Effect.logDebug("failed", cause),
          Effect.logInfo("failed", { cause }),
          Effect.logWarning(Cause.squash(cause)),
          Effect.logError("failed", Cause.squash(cause), { cause }),
          Effect.logFatal(cause, "failed").pipe(Effect.annotateLogs("error", Cause.squash(cause)))
        ])
      ),
      Effect.withSpan("caller"),
      Effect.withTracer(tracer),
      Effect.provide(
        loggers
          .map((logger) => Logger.add(Logger.map(logger, (output) => void seen.push(output))))
          .reduce((left, right) => Layer.merge(left, right), Logger.minimumLogLevel(LogLevel.All))
      ),
      Effect.withConsole(watching),
      Effect.exit
    )
    seen.push(exit)
    if (exit._tag === "Failure") {
      seen.push(
        Cause.pretty(exit.cause),
        Cause.pretty(exit.cause, { renderErrorCause: true }),
        Cause.squash(exit.cause)
      )
      seen.push(Runtime.makeFiberFailure(exit.cause))
    }
    return { exit, text: [...seen, ...spans.map(exported)].flatMap(printed).join("\n") }
  })

describe.each([
  ["FetchHttpClient.layer", FetchHttpClient.layer],
  ["NodeHttpClient.layerUndici", NodeHttpClient.layerUndici],
  ["client/node", NodeClient.layer],
  ["client/fetch", FetchClient.layer]
])("over %s the key is shown by nothing after", (_, httpClient) => {
  it.scopedLive.each(answers)("%s", ([, behavior]) =>
    Effect.gen(function*() {
      const { baseUrl } = yield* makeHostileServer(behavior)
      const client = OpenRouterClient.layer({
        apiKey,
        baseUrl: baseUrl.replace("//", "//user:pa55word@"),
        retry: RetryPolicy.none,
        timeout: "200 millis"
      })
      const { text } = yield* watched(Effect.provide(call, Layer.provide(client, httpClient)))
      assert.include(text, "http.client GET")
      assert.notInclude(text, key)
      assert.notInclude(text, key.slice(9))
      assert.notInclude(text, "pa55word")
    }))
})

describe("the key is shown by nothing", () => {
  it.effect.each(["sk-or-v1-5ecre7\r\nx: y", "sk-or-v1-5ecre7 x", "sk-or-v1-5ecre7-ключ", "sk-or-v1-5ecre7\u0000"])(
    "when no header can carry it",
    (illegal) =>
      Effect.gen(function*() {
        const client = OpenRouterClient.layer({ apiKey: Redacted.make(illegal) })
        const { exit, text } = yield* watched(Effect.provide(call, Layer.provide(client, FetchHttpClient.layer)))
        assert.strictEqual(exit._tag, "Failure")
        assert.include(text, "apiKey")
        assert.notInclude(text, "5ecre7")
      })
  )

  it.effect("when the HTTP client dies with what it was given", () =>
    Effect.gen(function*() {
      const dying = HttpClient.make((request) =>
        Effect.die(
          new HttpClientError.RequestError({
            request,
            reason: "Transport",
            description: "cannot send"
          })
        )
      )
      const client = OpenRouterClient.layer({ apiKey })
      const { exit, text } = yield* watched(
        Effect.provide(call, Layer.provide(client, Layer.succeed(HttpClient.HttpClient, dying)))
      )
      assert.isTrue(exit._tag === "Failure" && Cause.isDie(exit.cause))
      assert.include(text, "cannot send")
      assert.notInclude(text, key)
    }))

  it.effect("when the client and its layer are printed", () =>
    Effect.gen(function*() {
      const layer = Layer.provide(OpenRouterClient.layer({ apiKey }), FetchHttpClient.layer)
      const context = yield* Effect.scoped(Layer.build(layer))
      const client = yield* Effect.provide(OpenRouterClient, layer)
      for (const value of [layer, context, client, client.execute]) {
        assert.notInclude(printed(value).join("\n"), key)
      }
    }))
})

it.effect("private fields of a record are in no log and no span", () =>
  Effect.gen(function*() {
    const record = {
      id: "gen-1",
      user_agent: "pr1vate",
      origin: "pr1vate",
      external_user: "pr1vate",
      http_referer: ["pr1vate"]
    }
    for (const fields of [record, { ...record, http_referer: "pr1vate" }]) {
      const answering = HttpClient.make((request) =>
        Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ data: fields })))
      )
      const { spans, tracer } = yield* recordingTracer
      const logs: Array<string> = []
      yield* call.pipe(
        Effect.provide(
          Layer.provide(OpenRouterClient.layer({ apiKey }), Layer.succeed(HttpClient.HttpClient, answering))
        ),
        Effect.withSpan("caller"),
        Effect.withTracer(tracer),
        Effect.exit,
        Effect.provide(Logger.add(Logger.map(Logger.jsonLogger, (line) => void logs.push(line)))),
        Logger.withMinimumLogLevel(LogLevel.All)
      )
      assert.isNotEmpty(spans)
      assert.notInclude(spans.flatMap((span) => printed(exported(span))).join("\n"), "pr1vate")
      assert.notInclude(logs.join("\n"), "pr1vate")
    }
  }))
