import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { defaultBaseUrl, environmentVariables } from "@effect-openrouter/client/OpenRouterClientOptions"
import { isOpenRouterError, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { text } from "../arguments/option.js"
import { advice } from "../output/advice.js"
import { ExitCode, Stop } from "../output/exit.js"
import { printable } from "../output/printable.js"
import { Stdio, writeError } from "../output/stdio.js"
import { type ApiKey, apiKey, fingerprint } from "./apiKey.js"
import { configProblem } from "./configProblem.js"
import { httpClient } from "./httpClient.js"

/** `--base-url URL`: where the API is. */
export const baseUrlOption = text(
  "URL",
  `Base URL of the API. Default: ${environmentVariables.baseUrl}, else ${defaultBaseUrl}`
)

/** Facts of the connection, for messages. */
export interface Connection {
  /** The fingerprint of the key. */
  readonly key: string
  /** A sentence about a base URL that OpenRouter does not have, or an empty text. */
  readonly baseUrlNote: string
}

/**
 * Runs calls of OpenRouter with the caller's key: `givenKey`, or that of the environment. An error that ends them becomes a
 * message with advice.
 */
export const withGenerations = <A, E, R>(
  baseUrl: string | undefined,
  calls: (connection: Connection) => Effect.Effect<A, E, R>,
  givenKey: Effect.Effect<ApiKey, Stop, Stdio> = apiKey
): Effect.Effect<A, Exclude<E, OpenRouterError> | Stop, Exclude<R, Generations | OpenRouterClient> | Stdio> =>
  Effect.gen(function*() {
    const { key, source } = yield* givenKey
    const shown = fingerprint(key)
    const { stderr } = yield* Stdio
    if (stderr.isTerminal) yield* writeError(stderr.style("dim", `Using the key ${shown}\n`))
    const client = OpenRouterClient.layerConfig({ apiKey: key, baseUrl })
    const layer = Generations.layer.pipe(Layer.provideMerge(client), Layer.provide(httpClient))
    const url = baseUrl ??
      (yield* Effect.orElseSucceed(Config.string(environmentVariables.baseUrl), () => defaultBaseUrl))
    const baseUrlNote = /\/api\/v1\/?$/.test(url) ? "" : `The base URL ${printable(url)} does not end in /api/v1.\n`
    return yield* calls({ key: shown, baseUrlNote }).pipe(
      Effect.provide(layer),
      Effect.catchAll((error): Effect.Effect<never, Exclude<E, OpenRouterError> | Stop> => {
        if (isOpenRouterError(error)) return stopFor(error, shown, source)
        if (ConfigError.isConfigError(error)) {
          return new Stop({ code: ExitCode.usage, problem: printable(configProblem(error)) })
        }
        return Effect.fail(error as Exclude<E, OpenRouterError>)
      })
    )
  })

const stopFor = (error: OpenRouterError, key: string, source: string): Stop =>
  error._tag === "InvalidRequestError"
    ? new Stop({
      code: ExitCode.usage,
      problem: printable(named(error.field, error.message, { ...settings, apiKey: source }))
    })
    : new Stop({ code: ExitCode.failed, problem: printable(error.message), advice: advice(error, key) })

/** The names of what a person sets for the options of the library. */
const settings: Readonly<Record<string, string>> = {
  baseUrl: `--base-url (or ${environmentVariables.baseUrl})`,
  since: "--since",
  until: "--until",
  comment: "--comment",
  category: "--category"
}

/** Replaces the name of an option of the library by the name of what a person sets. */
const named = (field: string, message: string, names: Readonly<Record<string, string>>): string => {
  const name = names[field]
  return name === undefined
    ? message
    : message.startsWith(field)
    ? name + message.slice(field.length)
    : `${name}: ${message}`
}
