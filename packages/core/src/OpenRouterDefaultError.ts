/**
 * An answer that is a failure: the error that carries a status.
 */
import * as Schema from "effect/Schema"
import { JsonObject } from "./internal/schema/jsonObject.js"
import { orNull } from "./internal/schema/orNull.js"

/**
 * What a status means, by its standard name. `Unknown` is any other status, and any other `code` in the error body of
 * a 2XX.
 */
export const Reason = Schema.Literal(
  "BadRequest",
  "Unauthorized",
  "PaymentRequired",
  "Forbidden",
  "NotFound",
  "RequestTimeout",
  "TooManyRequests",
  "InternalServerError",
  "BadGateway",
  "ServiceUnavailable",
  "GatewayTimeout",
  "EdgeNetworkTimeout",
  "ProviderOverloaded",
  "Unknown"
).annotations({ identifier: "Reason" })

/** What a status means, by its standard name. */
export type Reason = typeof Reason.Type

/** The state of a rate limit, as the answer gave it; a part that it did not give is `null`. */
export const RateLimit = Schema.Struct({
  /** Requests allowed in one window. */
  limit: Schema.NullOr(Schema.Finite),
  /** Requests left in this window. */
  remaining: Schema.NullOr(Schema.Finite),
  /** When the window ends, as the answer gave it: milliseconds since 1970. */
  reset: Schema.NullOr(Schema.Finite)
}).annotations({ identifier: "RateLimit" })

/** The state of a rate limit, as the answer gave it. */
export interface RateLimit extends Schema.Schema.Type<typeof RateLimit> {}

/**
 * OpenRouter, or something on the way to it, answered with a failure: any status that is not 2XX, a 2XX whose body is an
 * `error`, or a 2XX whose `data` is null. Decide by `reason` or `status`, never by the wording of `message`. To make one
 * in a test, `status`, `reason` and `message` are enough.
 */
export class OpenRouterDefaultError extends Schema.TaggedError<OpenRouterDefaultError>(
  "@effect-openrouter/core/OpenRouterDefaultError"
)("OpenRouterDefaultError", {
  /** HTTP status of the answer. */
  status: Schema.Int,
  /** What the status means; in a 2XX, what the `code` of its error body means, and `NotFound` for null `data`. */
  reason: Reason,
  /** The API's own words, or `OpenRouter answered 502` where it had none. */
  message: Schema.String,
  /** `error.code` of the body. */
  code: orNull(Schema.Union(Schema.String, Schema.Finite)),
  /** `error.metadata` of the body. */
  metadata: orNull(JsonObject),
  /** `user_id` of the body. */
  userId: orNull(Schema.String),
  /** The body as text, of at most 65,536 characters, with the key taken out. */
  body: Schema.propertySignature(Schema.String).pipe(Schema.withConstructorDefault(() => "")),
  /** `Content-Type` of the answer. */
  contentType: orNull(Schema.String),
  /** How long the answer asked to wait, from `Retry-After` or its copies in the body. */
  retryAfter: orNull(Schema.DurationFromMillis),
  /** The rate limit that the answer told of. */
  rateLimit: orNull(RateLimit)
}) {}
