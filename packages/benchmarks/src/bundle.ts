// What `get` adds, minified and gzipped for a browser, to a program that already uses HttpClient and Schema.
import { build } from "esbuild"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"

const folder = fileURLToPath(new URL("..", import.meta.url))

const withoutUs = `
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
class Post extends Context.Tag("Post")() {}
class PostError extends Schema.TaggedError()("PostError", { status: Schema.Int }) {}
const Record = Schema.Struct({ id: Schema.String, at: Schema.NullOr(Schema.DateTimeUtc), took: Schema.DurationFromMillis })
const program = HttpClient.HttpClient.pipe(
  Effect.flatMap((client) => client.execute(HttpClientRequest.get("https://example.com").pipe(
    HttpClientRequest.bodyUnsafeJson({})
  ))),
  Effect.flatMap(HttpClientResponse.schemaBodyJson(Record)),
  Effect.retry(Schedule.exponential(100).pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))),
  Effect.timeoutFail({ duration: 1000, onTimeout: () => new PostError({ status: 0 }) }),
  Effect.withSpan("post"),
  Effect.zipRight(Stream.runDrain(Stream.make(1))),
  Effect.zipRight(Config.map(Config.nonEmptyString("KEY"), Redacted.make)),
  Effect.tap(Console.log)
)
const live = Layer.merge(FetchHttpClient.layer, Layer.effect(Post, Effect.succeed(1)))
Effect.runPromise(Effect.provide(program, live))
`

const withUs = `${withoutUs}
import { OpenRouterClient } from "@effect-openrouter/client"
import { Generations } from "@effect-openrouter/generations"
const openRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("key") })),
  Layer.provide(FetchHttpClient.layer)
)
Effect.runPromise(Effect.flatMap(Effect.provide(Generations.get("gen-1"), openRouter), Console.log))
`

/** A bundle for a browser, minified. */
interface Bundle {
  readonly gzipped: number
  /** The bytes before compression, by the path of the module. */
  readonly modules: Readonly<Record<string, number>>
}

const bundle = async (contents: string): Promise<Bundle> => {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["built"]
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  return {
    gzipped: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length,
    modules: Object.fromEntries(inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput]))
  }
}

/** The folders of our packages whose parts are shown apart. */
const findOwner = (path: string): string => {
  const [, own, rest = ""] = /packages\/(core|client|generations)\/dist\/(.*)$/.exec(path) ?? []
  if (own === undefined) return path.includes("node_modules") ? "Effect" : "the program"
  const [, part] = /^internal\/([^/]+)\//.exec(rest) ?? []
  return part === undefined ? own : `${own}, ${part}`
}

/** The bytes that `get` adds to a program that has Effect already. */
export interface MarginalBundle {
  /** Gzipped. */
  readonly bytes: number
  /** The bytes before compression, by owner, the largest first. */
  readonly owners: ReadonlyArray<readonly [owner: string, bytes: number]>
}

/** Bundles a program with and without `get`, and returns the difference. */
export const marginalBundle = async (): Promise<MarginalBundle> => {
  const [before, after] = [await bundle(withoutUs), await bundle(withUs)]
  const owners = new Map<string, number>()
  for (const [path, bytes] of Object.entries(after.modules)) {
    const owner = findOwner(path)
    owners.set(owner, (owners.get(owner) ?? 0) + bytes - (before.modules[path] ?? 0))
  }
  return {
    bytes: after.gzipped - before.gzipped,
    owners: [...owners].toSorted(([, left], [, right]) => right - left)
  }
}
