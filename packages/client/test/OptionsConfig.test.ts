import * as OptionsConfig from "@effect-openrouter/client/OptionsConfig"
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigProvider, Effect } from "effect"

interface Options {
  readonly capacity: number
  readonly name?: string | undefined
  readonly ratio?: number | undefined
}

const load = (
  options: OptionsConfig.OptionsConfig<Options>,
  variables: ReadonlyArray<readonly [string, string]> = []
) => Effect.withConfigProvider(OptionsConfig.load<Options>(options), ConfigProvider.fromMap(new Map(variables)))

describe("OptionsConfig", () => {
  it.effect("takes values as they are", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* load({ capacity: 1, name: "a" }), { capacity: 1, name: "a" })
    }))

  it.effect("reads a Config, a Config of an Option and a Config of undefined", () =>
    Effect.gen(function*() {
      const options = {
        capacity: Config.integer("CAPACITY"),
        name: Config.option(Config.string("NAME")),
        ratio: Config.withDefault(Config.number("RATIO"), undefined)
      }
      assert.deepStrictEqual(yield* load(options, [["CAPACITY", "2"]]), {
        capacity: 2,
        name: undefined,
        ratio: undefined
      })
      assert.deepStrictEqual(yield* load(options, [["CAPACITY", "2"], ["NAME", "b"], ["RATIO", "0.5"]]), {
        capacity: 2,
        name: "b",
        ratio: 0.5
      })
    }))

  it.effect("fails with the error of the Config", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(load({ capacity: Config.integer("CAPACITY") }))
      assert.include(String(error), "CAPACITY")
    }))
})
