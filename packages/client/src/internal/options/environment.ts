import * as Check from "@effect-openrouter/core/internal/check"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import {
  environmentVariables,
  type OpenRouterClientConfig,
  type OpenRouterClientOptions
} from "../../OpenRouterClientOptions.js"
import * as OptionsConfig from "../../OptionsConfig.js"
import * as Settings from "../settings.js"
import { trimApiKey } from "./apiKey.js"
import { firstVariable, invalid, optional } from "./config.js"

const [firstApiKey, secondApiKey] = environmentVariables.apiKey

// Not `Config.redacted`, which removes the words of the error, too.
const apiKeyVariable = Config.map(firstVariable(firstApiKey, secondApiKey), Redacted.make)

/** Reads the options that are a `Config`, and those that are missing from the environment. */
export const loadOptions = (
  options: OpenRouterClientConfig | null | undefined
): Effect.Effect<OpenRouterClientOptions, ConfigError.ConfigError> =>
  Either.match(Check.readOptions("options", options, Settings.optionNames), {
    onLeft: ({ message }) => Effect.fail(invalid([], message)),
    onRight: (given) =>
      Effect.gen(function*() {
        const values = yield* OptionsConfig.load<Options>(given, checkOption)
        const { apiKey = (yield* OptionsConfig.load({ apiKey: apiKeyVariable }, checkOption)).apiKey } = values
        return {
          ...values,
          ...yield* OptionsConfig.load<Options>(missingFrom(values), checkOption),
          apiKey: Check.holds(() => Config.isConfig(given.apiKey)) && Redacted.isRedacted(apiKey)
            ? trimApiKey(apiKey)
            : apiKey
        }
      })
  })

type Options = { readonly [Name in keyof OpenRouterClientOptions]?: OpenRouterClientOptions[Name] | undefined }

const missingFrom = (values: Options): OptionsConfig.OptionsConfig<Options> => ({
  ...(values.baseUrl === undefined && { baseUrl: optional(environmentVariables.baseUrl) }),
  ...(values.httpReferer === undefined && { httpReferer: optional(environmentVariables.httpReferer) }),
  ...(values.appTitle === undefined && { appTitle: optional(environmentVariables.appTitle) }),
  ...(values.appCategories === undefined && { appCategories: optional(environmentVariables.appCategories) })
})

/** Checks one option, as the client that is made of it does. */
const checkOption: OptionsConfig.CheckOption = (name, value) =>
  Settings.make({ apiKey: Redacted.make("key"), [name]: Redacted.isRedacted(value) ? trimApiKey(value) : value })
