import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { makeScrub } from "../../../src/internal/redaction/redact.js"

const secret = FastCheck.string({ minLength: 13, unit: FastCheck.constantFrom(..."sk-or-v1/0123456789abcdef\"\\%") })

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

  it.prop(
    "leaves no beginning of twelve characters anywhere",
    { secret, length: FastCheck.nat({ max: 64 }) },
    ({ length, secret }) => {
      const beginning = secret.slice(0, 12 + length)
      assert.notInclude(makeScrub(secret)(`"${beginning}…" is no key`), beginning.slice(0, 12))
    }
  )

  it("takes a short secret out where it stands alone, and leaves it in words", () => {
    const scrub = makeScrub("test")
    assert.strictEqual(scrub("Bearer test, the latest model"), "Bearer <redacted>, the latest model")
    assert.strictEqual(scrub("test test"), "<redacted> <redacted>")
  })

  it("takes a secret of any length", () => {
    const secret = "sk-or-v1-".padEnd(100_000, "0123456789")
    assert.strictEqual(makeScrub(secret)(`Bearer ${secret}!`), "Bearer <redacted>!")
  })

  it("leaves other text alone", () => {
    assert.strictEqual(makeScrub("sk-or-v1-0123")("Insufficient credits"), "Insufficient credits")
  })
})
