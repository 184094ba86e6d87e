/**
 * The error of a response that is a failure.
 */
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"
import { hideFields, visibleFields } from "./internal/error/hidden.js"
import { httpStatus } from "./internal/error/httpStatus.js"
import { requestFields } from "./internal/error/requestFields.js"
import { equalJson } from "./internal/schema/json.js"
import { orNull, withDefault } from "./internal/schema/withDefault.js"
import { JsonObject } from "./JsonObject.js"

/**
 * The meaning of a status, by its standard name. `Unknown` is any other status, any other `code` in the error body of a
 * 2XX, and a 404 that does not come from OpenRouter.
 */
export const OpenRouterErrorReason = Schema.Literal(
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
).annotations({ identifier: "OpenRouterErrorReason" })

/** The meaning of a status, by its standard name. */
export type OpenRouterErrorReason = typeof OpenRouterErrorReason.Type

/** The state of a rate limit as the response reported it; a part that it did not report is `null`. */
export const OpenRouterRateLimit = Schema.Struct({
  /** Requests allowed in one window. */
  limit: Schema.NullOr(Schema.Finite),
  /** Requests left in this window. */
  remaining: Schema.NullOr(Schema.Finite),
  /** The end of the window, in milliseconds since 1970. */
  reset: Schema.NullOr(Schema.Finite)
}).annotations({ identifier: "OpenRouterRateLimit" })

/** The state of a rate limit as the response reported it. */
export interface OpenRouterRateLimit extends Schema.Schema.Type<typeof OpenRouterRateLimit> {}

const fields = {
  /** HTTP status of the response. */
  status: Schema.Int,
  /** Meaning of the status; in a 2XX, meaning of the `code` of its error body, and `NotFound` for null `data`. */
  reason: OpenRouterErrorReason,
  /** The API's own words, or `OpenRouter answered 502` if the response had none. */
  message: Schema.String,
  /** `error.code` of the body. */
  code: orNull(Schema.Union(Schema.String, Schema.Finite)),
  /** `error.metadata` of the body. It can be read and is encoded; nothing prints it. */
  metadata: orNull(JsonObject),
  /** `user_id` of the body. */
  userId: orNull(Schema.String),
  /** The body as text, of at most 65,536 characters, with the key removed. It can be read and is encoded; nothing prints it. */
  body: withDefault(Schema.String, ""),
  /** `Content-Type` of the response. */
  contentType: orNull(Schema.String),
  /**
   * The time to wait before the next request: from `Retry-After` or its copies in the body; for a 429 without them whose
   * rate limit has 0 requests left, the time until that limit resets.
   */
  retryAfter: orNull(Schema.DurationFromMillis),
  /** The rate limit that the response reported. */
  rateLimit: orNull(OpenRouterRateLimit),
  ...requestFields
}

/**
 * A failure response from OpenRouter or from a proxy before it: any status that is not 2XX, a 2XX whose body is an
 * `error`, or a 2XX whose `data` is null. Decide by `reason`, `status` or the predicates of `OpenRouterError`, never by
 * the wording of `message`. In a test, `status`, `reason` and `message` are enough to construct one.
 *
 * In an HttpApi its status is 502.
 */
export class OpenRouterDefaultError extends Schema.TaggedError<OpenRouterDefaultError>()(
  "OpenRouterDefaultError",
  fields,
  httpStatus(502)
) {
  static {
    hideFields(this.prototype, ["body", "metadata"])
  }

  /** Returns the fields without `body` and `metadata`. To send an error to another process, encode it with its Schema. */
  override toJSON(): unknown {
    return visibleFields(this)
  }

  [Equal.symbol](that: unknown): boolean {
    return that instanceof OpenRouterDefaultError && isEquivalent(this, that)
  }

  [Hash.symbol](): number {
    return Hash.cached(this, Hash.combine(Hash.string(this.message))(Hash.number(this.status)))
  }
}

/** Compares every field by value. Durations have an equality of their own, and `metadata` and `rateLimit` are JSON. */
const isEquivalent = (self: OpenRouterDefaultError, that: OpenRouterDefaultError): boolean =>
  (Object.keys(fields) as ReadonlyArray<keyof typeof fields>).every((name) =>
    Equal.equals(self[name], that[name]) || equalJson(self[name], that[name])
  )
