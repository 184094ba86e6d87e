/**
 * Options of a layer that may come from a `Config`.
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Options `A`, each given as a value, as a `Config` of it, or as a `Config` of an `Option` of it. */
export type OptionsConfig<A> = {
  readonly [Name in keyof A]:
    | A[Name]
    | Config.Config<A[Name]>
    | Config.Config<Option.Option<Exclude<A[Name], undefined>>>
}

/** Reads every option that is a `Config`. `None` and `undefined` stand for an option that is not given. */
export const load = <A extends object>(options: OptionsConfig<A>): Effect.Effect<A, ConfigError.ConfigError> =>
  Effect.map(
    Effect.forEach(Object.entries(options), ([name, option]: [string, unknown]) =>
      Config.isConfig(option)
        ? Effect.map(option, (value) => [name, Option.isOption(value) ? Option.getOrUndefined(value) : value] as const)
        : Effect.succeed([name, option] as const)),
    // The names are those of `A`, and each value is one of its type: an object of entries has neither in its type.
    (entries) => Object.fromEntries(entries) as A
  )
