import {
  ConnectionError,
  OpenRouterDefaultError,
  type OpenRouterError,
  RequestTimeoutError
} from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration, FastCheck } from "effect"
import { type BackoffSettings, makeBackoff } from "../../../src/internal/retry/backoff.js"

const settings: BackoffSettings = {
  initialInterval: 500,
  maxInterval: 60_000,
  exponent: 1.5,
  maxElapsedTime: 60_000,
  retryConnectionErrors: true,
  retryCodes: new Set(["503"])
}

const failure = (retryAfter: Duration.Duration | null = null) =>
  new OpenRouterDefaultError({ status: 503, reason: "ServiceUnavailable", message: "no", retryAfter })

const connection = (code: string) =>
  new ConnectionError({ method: "GET", url: "https://openrouter.ai", code, message: "no" })

const pause = (error: OpenRouterError, changes: Partial<BackoffSettings> = {}) =>
  makeBackoff({ ...settings, ...changes }, 3)({ error, attempt: 1, elapsed: 0, random: 0.5 })

describe("makeBackoff", () => {
  it.prop(
    "returns a pause within 20 % of the interval that fits in the time, or null",
    {
      attempt: FastCheck.integer({ min: 1, max: 200 }),
      elapsed: FastCheck.double({ min: 0, max: 70_000, noNaN: true }),
      random: FastCheck.double({ min: 0, max: 1, noNaN: true })
    },
    ({ attempt, elapsed, random }) => {
      const result = makeBackoff(settings, Infinity)({ error: failure(), attempt, elapsed, random })
      const interval = 500 * 1.5 ** (attempt - 1)
      if (result === null) return assert.isAbove(elapsed + Math.min(interval * 1.2, 60_000), 60_000)
      assert.isAtMost(elapsed + result, 60_000)
      assert.isAtLeast(result, Math.min(interval * 0.8, 60_000) - 1e-6)
      assert.isTrue(Number.isInteger(result))
      return assert.isAtMost(result, Math.ceil(Math.min(interval * 1.2, 60_000)))
    }
  )

  it("never returns less than the response asked for, nor more retries than the limit", () => {
    assert.strictEqual(pause(failure(Duration.seconds(7))), 7000)
    assert.strictEqual(pause(failure(Duration.seconds(61))), null)
    assert.strictEqual(makeBackoff(settings, 3)({ error: failure(), attempt: 4, elapsed: 0, random: 0.5 }), null)
  })

  it("returns 0 for intervals of 0, whatever the exponent", () => {
    const policy = makeBackoff({ ...settings, initialInterval: 0, exponent: Infinity }, Infinity)
    assert.strictEqual(policy({ error: failure(), attempt: 9999, elapsed: 0, random: 0.5 }), 0)
  })

  it.each(["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID"])(
    "does not retry a certificate that cannot be verified: %s",
    (code) => assert.isNull(pause(connection(code)))
  )

  it("retries connection failures and timeouts only with retryConnectionErrors", () => {
    for (const error of [connection("ECONNRESET"), new RequestTimeoutError({ timeout: Duration.seconds(1) })]) {
      assert.strictEqual(pause(error), 500)
      assert.isNull(pause(error, { retryConnectionErrors: false }))
    }
  })
})
