import * as Schema from "effect/Schema"

// The forms met in public: microseconds and `+00:00`, milliseconds and `Z`, whole seconds and either. A time without a
// zone is read as UTC, whatever the zone of the machine.
const iso8601 = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/

/**
 * An ISO 8601 timestamp as `DateTime.Utc`, which counts milliseconds: further digits are dropped. The only place that
 * reads or writes a date.
 *
 * @internal
 */
export const Timestamp = Schema.compose(
  Schema.String.pipe(Schema.pattern(iso8601, { description: "an ISO 8601 timestamp" })),
  Schema.DateTimeUtc
).annotations({ identifier: "Timestamp" })
