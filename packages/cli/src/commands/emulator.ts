import { OpenRouterEmulator, type OpenRouterEmulatorService } from "@effect-openrouter/emulator/OpenRouterEmulator"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { createServer } from "node:http"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { parseDuration } from "../internal/input/time.js"
import { ExitCode, Stop } from "../internal/output/exit.js"
import { plural } from "../internal/output/format.js"
import { jsonOption } from "../internal/output/json.js"
import { type Stdio, writeOut } from "../internal/output/stdio.js"
import { generateRecords, laterRecord, sampleRecords } from "../internal/sampleRecords.js"

/** `emulator [--host ADDRESS] [--port N] [--records N] [--latency 200ms] [--errors 5%]` */
export const emulator = Command.make({
  name: "emulator",
  summary: "Serves an OpenRouter on this machine to try the other subcommands with, until Ctrl-C. It accepts any key.",
  examples: [
    ["at http://127.0.0.1:4010/api/v1", "emulator --port 4010"],
    ["for programs in containers and on other machines", "emulator --host 0.0.0.0 --port 4010"],
    ["for a load test", "emulator --records 20000 --latency 200ms --errors 5%"]
  ],
  options: {
    json: jsonOption,
    host: Option.value("ADDRESS", "The address to listen on; 0.0.0.0 is every IPv4 address. Default: 127.0.0.1", {
      fallback: "127.0.0.1",
      parse: (text) => text === "" ? Either.left("Expected an address such as 0.0.0.0") : Either.right(text)
    }),
    port: Option.integer("The port. Default: any that is free", { min: 0, max: 65_535, fallback: 0 }),
    records: Option.integer("Number of generated records. Default: one record of each kind", {
      min: 1,
      max: 1_000_000,
      fallback: null
    }),
    latency: Option.value("TIME", "How long each response takes: 200ms, 2s. Default: 0", {
      fallback: Duration.zero,
      parse: parseDuration
    }),
    errors: Option.value("SHARE", "Share of the requests that get a 503: 5% or 0.05. Default: 0", {
      fallback: 0,
      parse: (text) => {
        const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
        const share = Number(number) / (percent === "%" ? 100 : 1)
        return share >= 0 && share <= 1
          ? Either.right(share)
          : Either.left(`Expected a share such as 5% or 0.05, received: '${text}'`)
      }
    })
  },
  operands: Option.none,
  run: ({ errors, host, json, latency, port, records }) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const ids: Array<string> = []
      if (records === null) {
        for (const record of sampleRecords) yield* emulator.add(record, { content })
        yield* emulator.add(laterRecord, { visibleAfter: "3 seconds", content })
        ids.push(...[...sampleRecords, laterRecord].map(({ id }) => id))
      } else {
        for (const record of generateRecords(records, Date.UTC(2026, 10, 22))) {
          yield* emulator.add(record, { content })
          ids.push(record.id)
        }
      }
      yield* Layer.launch(
        serve(emulator.httpApp, { errors, latency, onStart: (url) => writeOut(describe(url, ids, json)) })
      ).pipe(
        Effect.provide(listen(host, port)),
        Effect.catchTag(
          "ServeError",
          () => new Stop({ code: ExitCode.usage, problem: `port ${port} of ${host} cannot be listened on` })
        )
      )
    }).pipe(Effect.provide(OpenRouterEmulator.layer), Effect.scoped)
})

const content = {
  input: { messages: [{ role: "user", content: "What is six times seven?" }] },
  output: { completion: "42" }
}

const describe = (url: string, ids: ReadonlyArray<string>, json: boolean): string => {
  if (json) return `${JSON.stringify({ url, ids })}\n`
  return `An OpenRouter emulator runs at ${url} until Ctrl-C. It accepts any key. In another terminal:\n\n` +
    `  export OPENROUTER_BASE_URL=${url} OPENROUTER_API_KEY=any\n` +
    `  openrouter-generations await ${ids.slice(0, 5).join(" ")}\n` +
    (ids.length > 5 ? `\nIt has ${plural(ids.length, "record")}; with --json the first line lists their ids.\n` : "")
}

/** Serves an app, slower and with as many errors as asked for. */
const serve = (
  app: OpenRouterEmulatorService["httpApp"],
  { errors, latency, onStart }: {
    readonly errors: number
    readonly latency: Duration.Duration
    readonly onStart: (url: string) => Effect.Effect<void, Stop, Stdio>
  }
) =>
  Layer.scopedDiscard(
    Effect.gen(function*() {
      yield* HttpServer.serveEffect(
        Effect.delay(
          Effect.flatMap(Random.next, (number) => number < errors ? Effect.succeed(unavailable) : app),
          latency
        )
      )
      yield* onStart(`${withBrackets(yield* HttpServer.addressFormattedWith(Effect.succeed))}/api/v1`)
    })
  )

const unavailable = HttpServerResponse.unsafeJson(
  { error: { code: 503, message: "The emulator fails this request" } },
  { status: 503 }
)

/** Returns the URL of a server with an IPv6 address in brackets: `http://::1:80` → `http://[::1]:80`. */
const withBrackets = (url: string): string => url.replace(/^http:\/\/([^[\]/]*:[^[\]/]*):(\d+)$/, "http://[$1]:$2")

/** A server on one address. When it stops it closes its connections at once, idle ones too. */
const listen = (host: string, port: number) =>
  Layer.unwrapScoped(
    Effect.gen(function*() {
      const server = createServer()
      yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
      return Layer.tap(
        NodeHttpServer.layer(() => server, { host, port }),
        () => Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
      )
    })
  )
