// A program that uses HttpClient and Schema, for the size of its bundle. It is never run.
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

class Post extends Context.Tag("Post")<Post, number>() {}
class PostError extends Schema.TaggedError<PostError>()("PostError", { status: Schema.Int }) {}
const Record = Schema.Struct({
  id: Schema.String,
  at: Schema.NullOr(Schema.DateTimeUtc),
  took: Schema.DurationFromMillis
})

const program = HttpClient.HttpClient.pipe(
  Effect.flatMap((client) =>
    client.execute(HttpClientRequest.get("https://example.com").pipe(HttpClientRequest.bodyUnsafeJson({})))
  ),
  Effect.flatMap(HttpClientResponse.schemaBodyJson(Record)),
  Effect.retry(Schedule.exponential(100).pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))),
  Effect.timeoutFail({ duration: 1000, onTimeout: () => new PostError({ status: 0 }) }),
  Effect.withSpan("post"),
  Effect.zipRight(Stream.runDrain(Stream.make(1))),
  Effect.zipRight(Config.map(Config.nonEmptyString("KEY"), Redacted.make)),
  Effect.tap(Console.log)
)

const live = Layer.merge(FetchHttpClient.layer, Layer.effect(Post, Effect.succeed(1)))
export const done = Effect.runPromise(Effect.provide(program, live))
