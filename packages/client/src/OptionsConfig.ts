/**
 * Options of a layer that may come from a `Config`.
 */
import * as Check from "@effect-openrouter/core/internal/check"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import { invalid, read } from "./internal/options/config.js"

/** Options `A`, each given as a value, as a `Config` of it, or as a `Config` of an `Option` of it. */
export type OptionsConfig<A> = {
  readonly [Name in keyof A]:
    | A[Name]
    | Config.Config<A[Name]>
    | Config.Config<Option.Option<Exclude<A[Name], undefined>>>
}

/** Checks the value of an option. */
export interface CheckOption {
  (name: string, value: unknown): Check.Checked<unknown>
}

/**
 * Reads every option that is a `Config`. `None`, `null` and `undefined` stand for an option that is not given. If a value that
 * came from a `Config` does not pass the check, the error names the variable.
 */
export const load = <A extends object>(
  options: OptionsConfig<A>,
  check: CheckOption = (_, value) => Either.right(value)
): Effect.Effect<A, ConfigError.ConfigError> =>
  Effect.map(
    Effect.flatMap(
      entries(options),
      Effect.forEach(([name, option]) =>
        isConfig(option)
          ? Effect.map(read(option, (value) => check(name, value)), (value) => [name, value] as const)
          : Effect.succeed([name, option] as const)
      )
    ),
    // The names are those of `A`, and each value is one of its type: an object of entries has neither in its type.
    (entries) => Object.fromEntries(entries) as A
  )

const entries = (
  options: object | null | undefined
): Effect.Effect<ReadonlyArray<[string, unknown]>, ConfigError.ConfigError> =>
  Effect.suspend(() =>
    Either.match(Check.guard("options", () => Either.right(Object.entries(options ?? {}))), {
      onLeft: ({ message }) => Effect.fail(invalid([], message)),
      onRight: Effect.succeed
    })
  )

const isConfig = (option: unknown): option is Config.Config<unknown> => Check.holds(() => Config.isConfig(option))
