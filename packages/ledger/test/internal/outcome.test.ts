import {
  ConnectionError,
  InvalidRequestError,
  OpenRouterDefaultError,
  type OpenRouterError,
  RequestTimeoutError,
  ResponseValidationError
} from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { verdict } from "../../src/internal/outcome.js"
import { failure } from "../harness.js"

const after = (status: number, seconds: number) =>
  new OpenRouterDefaultError({
    status,
    reason: "Unknown",
    message: "wait",
    retryAfter: Duration.seconds(seconds)
  })

const connection = (code: string) =>
  new ConnectionError({ method: "GET", url: "https://openrouter.ai/api/v1/generation", message: code, code })

const cases: ReadonlyArray<readonly [name: string, error: OpenRouterError, kind: string, pause: string | null]> = [
  ["a 404", failure(404, "NotFound"), "notFound", null],
  ["null data", failure(200, "NotFound"), "notFound", null],
  ["a 404 that is not OpenRouter's", failure(404), "held", "InvalidRequest 15"],
  ["a 400", failure(400, "BadRequest"), "failed", null],
  ["a 403", failure(403, "Forbidden"), "failed", null],
  ["a 401", failure(401, "Unauthorized"), "held", "Unauthorized 15"],
  ["a 402", failure(402, "PaymentRequired"), "held", "PaymentRequired 15"],
  ["a 402 that says when to ask again", after(402, 60), "held", "PaymentRequired 60"],
  ["a 429 that says when to ask again", after(429, 60), "held", "TooManyRequests 60"],
  ["a 429 that asks for a day", after(429, 86_400), "held", "TooManyRequests 3600"],
  ["a 429", failure(429, "TooManyRequests"), "transient", null],
  ["a 408", failure(408, "RequestTimeout"), "transient", null],
  ["a 500", failure(500, "InternalServerError"), "transient", null],
  ["a 501", failure(501), "transient", null],
  ["a 599", failure(599), "transient", null],
  ["a timeout", new RequestTimeoutError({ timeout: Duration.seconds(1) }), "transient", null],
  ["a reset connection", connection("ECONNRESET"), "transient", null],
  [
    "an expired certificate",
    connection("CERT_HAS_EXPIRED"),
    "held",
    "InvalidRequest 15"
  ],
  ["a response without a record", new ResponseValidationError({ field: "data", message: "no" }), "failed", null],
  ["an id that is rejected", new InvalidRequestError({ field: "id", message: "no" }), "failed", null],
  ["a bad key", new InvalidRequestError({ field: "apiKey", message: "no" }), "held", "InvalidRequest 15"]
]

describe("verdict", () => {
  it.each(cases)("%s", (_, error, kind, expected) => {
    const { kind: actual, pause } = verdict(error, Duration.seconds(15))
    assert.strictEqual(actual, kind)
    assert.strictEqual(pause === null ? null : `${pause.reason} ${Duration.toSeconds(pause.duration)}`, expected)
  })
})
