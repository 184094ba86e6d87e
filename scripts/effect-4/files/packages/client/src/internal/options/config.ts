/**
 * Variables of a `ConfigProvider`, and their errors.
 */
import type { Checked } from "@effect-openrouter/core/internal/check"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { trim } from "./apiKey.js"

/** Returns the error of a variable whose value is invalid. */
export const invalid = (path: ReadonlyArray<string | number>, message: string): Config.ConfigError =>
  new Config.ConfigError(
    new ConfigProvider.SourceError({
      message: path.length === 0 ? message : `Invalid data at ${path.join(".")}: "${message}"`
    })
  )

/** Reads a variable. Blanks around it are removed, and an empty one counts as missing. */
export const optional = (name: string): Config.Config<string | undefined> =>
  Config.map(Config.option(Config.String(name)), (value) => trim(Option.getOrElse(value, () => "")) || undefined)

/** Reads the first of two variables that is set. Its error names both. */
export const firstVariable = (first: string, second: string): Config.Config<string> =>
  Config.flatMap(optional(first), (value) =>
    value === undefined
      ? Config.flatMap(optional(second), (value) =>
        value === undefined ? Config.fail(missing(first, second)) : Config.succeed(value))
      : Config.succeed(value))

const missing = (...names: ReadonlyArray<string>) =>
  new ConfigProvider.SourceError({
    message: names.map((name) => `(Missing data at ${name}: "Expected a non-empty string")`).join(" or ")
  })

/** Reads a variable whose value has to pass a check. The error has the rule and not the value. */
export const checked = (
  name: string,
  config: Config.Config<string>,
  isValid: (text: string) => boolean,
  rule: string
): Config.Config<string> =>
  Config.mapEffect(config, (text) => isValid(text) ? Effect.succeed(text) : Effect.fail(invalid([name], rule)))

/**
 * Reads an option that is a `Config` of it or of an `Option` of it. If the value does not pass the check, the error names
 * the variable that was read last.
 */
export const read = (
  config: Config.Config<unknown>,
  check: (value: unknown) => Checked<unknown>
): Effect.Effect<unknown, Config.ConfigError> =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) => {
    let path: ReadonlyArray<string | number> = []
    const recording = ConfigProvider.make((variable) => {
      path = variable
      return provider.load(variable)
    })
    return Effect.flatMap(config.parse(recording), (value) => {
      const option: unknown = Option.isOption(value) ? Option.getOrUndefined(value) : value
      return option === undefined ? Effect.succeed(option) : Result.match(check(option), {
        onFailure: ({ message }) => Effect.fail(invalid(path, message)),
        onSuccess: () => Effect.succeed(option)
      })
    })
  })
