import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** A timestamp to the second or finer, in UTC. */
const Timestamp = Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)).pipe(
  Schema.decodeTo(Schema.Finite, {
    decode: SchemaGetter.transform((text) => Date.parse(text)),
    encode: SchemaGetter.transform((time) => new Date(time).toISOString())
  })
)

const Dimension = Schema.Literals(["generation_id", "model", "provider"])

const Query = Schema.Struct({
  metrics: Schema.NonEmptyArray(Schema.Literals(["request_count", "credits_usage", "total_usage"])),
  dimensions: Schema.Array(Dimension).check(Schema.isMaxLength(2)).pipe(
    Schema.withDecodingDefault(Effect.succeed<ReadonlyArray<typeof Dimension.Type>>([]))
  ),
  time_range: Schema.optional(Schema.Struct({ start: Timestamp, end: Timestamp })),
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })).pipe(
    Schema.withDecodingDefault(Effect.succeed(1000))
  )
})

/** Decodes the JSON of a query. */
export const decodeQuery = Schema.decodeOption(Schema.fromJsonString(Query))
