import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { makeScrub } from "../../src/internal/scrub.js"

const secret = FastCheck.string({ minLength: 8, unit: FastCheck.constantFrom(..."sk-or-v1/0123456789abcdef\"\\%") })

describe("scrub", () => {
  it.prop(
    "leaves no secret, as it is or encoded",
    { secret, before: FastCheck.string(), after: FastCheck.string() },
    ({ after, before, secret }) => {
      const scrub = makeScrub(secret)
      for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
        assert.notInclude(scrub(before + form + after), form)
      }
    }
  )

  it.prop(
    "leaves no beginning of it at the end",
    { secret, length: FastCheck.nat({ max: 64 }) },
    ({ length, secret }) => {
      const beginning = secret.slice(0, Math.max(4, length))
      assert.isFalse(makeScrub(secret)(`text ${beginning}`).endsWith(beginning))
    }
  )

  it("leaves other text alone", () => {
    assert.strictEqual(makeScrub("sk-or-v1-0123")("Insufficient credits"), "Insufficient credits")
  })
})
