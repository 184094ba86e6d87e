/**
 * Variables of a `ConfigProvider`, and their errors.
 */
import type { Checked } from "@effect-openrouter/core/internal/check"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { trim } from "./apiKey.js"

/** Returns the error of a variable whose value is invalid. */
export const invalid = (path: ReadonlyArray<string>, message: string): ConfigError.ConfigError =>
  ConfigError.InvalidData([...path], message)

const required = (name: string): Config.Config<string> =>
  Config.mapOrFail(
    Config.string(name),
    (text) =>
      trim(text) === ""
        ? Either.left(ConfigError.MissingData([], "Expected a non-empty string"))
        : Either.right(trim(text))
  )

/** Reads a variable. Blanks around it are removed, and an empty one counts as missing. */
export const optional = (name: string): Config.Config<string | undefined> =>
  Config.withDefault(required(name), undefined)

/** Reads the first of two variables that is set. Its error names both. */
export const firstVariable = (first: string, second: string): Config.Config<string> =>
  Config.orElseIf(required(first), { if: ConfigError.isMissingDataOnly, orElse: () => required(second) })

/** Reads a variable whose value has to pass a check. The error has the rule and not the value. */
export const checked = (
  name: string,
  config: Config.Config<string>,
  isValid: (text: string) => boolean,
  rule: string
): Config.Config<string> =>
  Config.mapOrFail(config, (text) => isValid(text) ? Either.right(text) : Either.left(invalid([name], rule)))

/**
 * Reads an option that is a `Config` of it or of an `Option` of it. If the value does not pass the check, the error names
 * the variable that was read last.
 */
export const read = (
  config: Config.Config<unknown>,
  check: (value: unknown) => Checked<unknown>
): Effect.Effect<unknown, ConfigError.ConfigError> =>
  Effect.configProviderWith(({ flattened }) => {
    let path: ReadonlyArray<string> = []
    const recording = ConfigProvider.fromFlat(ConfigProvider.makeFlat({
      load: (variable, primitive, split) => {
        path = variable
        return flattened.load(variable, primitive, split)
      },
      enumerateChildren: flattened.enumerateChildren,
      patch: flattened.patch
    }))
    return Effect.flatMap(recording.load(config), (value) => {
      const option: unknown = Option.isOption(value) ? Option.getOrUndefined(value) : value
      return option === undefined ? Effect.succeed(option) : Either.match(check(option), {
        onLeft: ({ message }) => Effect.fail(invalid(path, message)),
        onRight: () => Effect.succeed(option)
      })
    })
  })
