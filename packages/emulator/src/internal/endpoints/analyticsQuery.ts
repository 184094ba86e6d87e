import * as Schema from "effect/Schema"

/** A timestamp to the second or finer, in UTC. */
const Timestamp = Schema.transform(
  Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)),
  Schema.JsonNumber,
  { strict: true, decode: (text) => Date.parse(text), encode: (time) => new Date(time).toISOString() }
)

const Query = Schema.Struct({
  metrics: Schema.NonEmptyArray(Schema.Literal("request_count", "credits_usage", "total_usage")),
  dimensions: Schema.optionalWith(
    Schema.Array(Schema.Literal("generation_id", "model", "provider")).pipe(Schema.maxItems(2)),
    { default: () => [] }
  ),
  time_range: Schema.optional(Schema.Struct({ start: Timestamp, end: Timestamp })),
  limit: Schema.optionalWith(Schema.Int.pipe(Schema.between(1, 10_000)), { default: () => 1000 })
})

/** Decodes the JSON of a query. */
export const decodeQuery = Schema.decodeOption(Schema.parseJson(Query))
