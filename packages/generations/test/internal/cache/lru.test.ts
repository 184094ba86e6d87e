import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { makeLru } from "../../../src/internal/cache/lru.js"

describe("lru", () => {
  it("removes the least recently used value first", () => {
    const records = makeLru<number>(2, Infinity)
    records.set("a", 1, 0)
    records.set("b", 2, 0)
    assert.strictEqual(records.get("a", 0), 1)
    records.set("c", 3, 0)
    assert.deepStrictEqual(["a", "b", "c"].map((key) => records.get(key, 0)), [1, undefined, 3])
    records.set("a", 4, 0)
    records.set("d", 5, 0)
    assert.deepStrictEqual(["a", "c", "d"].map((key) => records.get(key, 0)), [4, undefined, 5])
  })

  it("removes a value at the end of its time to live", () => {
    const records = makeLru<number>(2, 100)
    records.set("a", 1, 1000)
    assert.strictEqual(records.get("a", 1099), 1)
    assert.isUndefined(records.get("a", 1100))
    assert.isUndefined(records.get("a", 1000))
  })

  const key = FastCheck.constantFrom("a", "b", "c", "d", "e")

  it.prop(
    "returns the value that was set last, and holds at most `capacity` values",
    [FastCheck.integer({ min: 1, max: 4 }), FastCheck.array(FastCheck.tuple(key, FastCheck.option(FastCheck.nat())))],
    ([capacity, steps]) => {
      const records = makeLru<number>(capacity, Infinity)
      let expected: ReadonlyArray<readonly [string, number]> = []
      for (const [key, value] of steps) {
        const [, known] = expected.find(([other]) => other === key) ?? []
        if (value === null) assert.strictEqual(records.get(key, 0), known)
        else records.set(key, value, 0)
        const latest = value ?? known
        const others = expected.filter(([other]) => other !== key)
        expected = (latest === undefined ? others : [...others, [key, latest] as const]).slice(-capacity)
      }
      const held = [..."abcde"].flatMap((key) => {
        const value = records.get(key, 0)
        return value === undefined ? [] : [[key, value]]
      })
      assert.sameDeepMembers(held, expected.map(([key, value]) => [key, value]))
    }
  )
})
