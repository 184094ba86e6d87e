import * as Check from "@effect-openrouter/core/internal/check"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Option } from "effect"

const accepts = <A>(checked: Check.Checked<A>): boolean => Either.isRight(checked)
const bad = "soon" as "1 second"

describe("check", () => {
  it.each(
    [
      ["checkDuration", Check.checkDuration, [1, "1 second", Infinity], [0, -1, Number.NaN, bad, "0 seconds"]],
      ["checkDurationOrZero", Check.checkDurationOrZero, [0, 1, "1 second", Infinity], [-1, Number.NaN, bad]],
      ["checkFiniteDuration", Check.checkFiniteDuration, [1, "1 second"], [0, -1, Number.NaN, Infinity, bad]]
    ] as const
  )("%s accepts the durations in its range only", (_, check, good, wrong) => {
    for (const duration of good) assert.isTrue(accepts(check("timeout", duration)), String(duration))
    for (const duration of wrong) assert.isFalse(accepts(check("timeout", duration)), String(duration))
  })

  it("checkCount accepts whole numbers from the minimum to 2,147,483,647 only", () => {
    for (const count of [1, 2, 2 ** 31 - 1]) assert.isTrue(accepts(Check.checkCount("limit", count, 1)), String(count))
    for (const count of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31, "2" as unknown as number]) {
      assert.isFalse(accepts(Check.checkCount("limit", count, 1)), String(count))
    }
  })

  it("checks types: a string is no number, and 1 is not true", () => {
    assert.isTrue(accepts(Check.checkNumberOrZero("budget", 0)))
    assert.isFalse(accepts(Check.checkNumberOrZero("budget", "1" as never)))
    assert.isFalse(accepts(Check.checkPositiveNumber("size", 0)))
    assert.isFalse(accepts(Check.checkPositiveNumber("size", Number.NaN)))
    assert.isFalse(accepts(Check.checkBoolean("flag", 1 as never)))
    assert.isFalse(accepts(Check.checkString("name", 1 as never)))
    assert.isFalse(accepts(Check.checkFunction("hook", {})))
    assert.isTrue(accepts(Check.checkOptional("name", null, Check.checkString)))
  })

  it("rejects what throws when it is read, by its name and without the error", () => {
    const throwing = {
      get name(): string {
        throw new Error("secret")
      }
    }
    const proxy = new Proxy({ name: "" }, {
      get: () => {
        throw new Error("secret")
      }
    })
    for (const options of [throwing, proxy]) {
      const error = Option.getOrThrow(Either.getLeft(Check.readOptions("options", options, ["name"])))
      assert.deepInclude(error, { field: "name" })
      assert.notInclude(error.message, "secret")
    }
    const { field } = Option.getOrThrow(Either.getLeft(Check.readOptions("retry.backoff", throwing, ["name"])))
    assert.strictEqual(field, "retry.backoff.name")
  })

  it("reads null as an option that is not given, and rejects options that are no object", () => {
    assert.deepStrictEqual(Either.getOrThrow(Check.readOptions("options", { a: null, b: 1 }, ["a", "b"])), {
      a: undefined,
      b: 1
    })
    assert.deepStrictEqual(Either.getOrThrow(Check.readOptions<{ readonly a?: 1 }, "a">("options", null, ["a"])), {
      a: undefined
    })
    assert.isFalse(accepts(Check.readOptions("options", "text" as never, [])))
  })

  it.effect("names the option and its rule", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Check.toEffect(Check.checkDuration("within", 0)))
      assert.deepInclude(error, { _tag: "InvalidRequestError", field: "within" })
      assert.include(error.message, "within must be a duration of more than 0 milliseconds")
      const duration = yield* Check.toEffect(Check.checkDuration("within", "1 second"))
      assert.isTrue(Duration.equals(duration, Duration.seconds(1)))
    }))
})
