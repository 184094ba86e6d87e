import * as NodeClient from "@effect-openrouter/client/node"
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { isOpenRouterError, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Options from "@effect/cli/Options"
import type * as Prompt from "@effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { advice } from "../output/advice.js"
import { ExitCode, Stop } from "../output/exit.js"
import { printable, stderr } from "../output/terminal.js"
import { apiKey, fingerprint } from "./apiKey.js"

/** Where the API is. */
export const baseUrl = Options.text("base-url").pipe(
  Options.withPseudoName("URL"),
  Options.withDescription("Where the API is; else OPENROUTER_BASE_URL, else https://openrouter.ai/api/v1"),
  Options.optional
)

/** Runs calls of OpenRouter with the caller's key; what they fail with is told with what to do about it. */
export const withGenerations = (baseUrl: Option.Option<string>) =>
<A, E, R>(
  calls: Effect.Effect<A, E, R>
): Effect.Effect<
  A,
  Exclude<E, OpenRouterError> | Stop,
  Exclude<R, Generations> | Prompt.Prompt.Environment
> =>
  Effect.gen(function*() {
    const key = yield* apiKey
    const shown = fingerprint(key)
    if (stderr.isTerminal) yield* stderr.write(stderr.style("dim", `Using the key ${shown}\n`))
    const client = OpenRouterClient.layerConfig({ apiKey: key, baseUrl: Option.getOrUndefined(baseUrl) })
    return yield* calls.pipe(
      Effect.provide(Generations.layer.pipe(Layer.provide(client), Layer.provide(NodeClient.layer), Layer.orDie)),
      Effect.catchAll((error): Effect.Effect<never, Exclude<E, OpenRouterError> | Stop> =>
        isOpenRouterError(error)
          ? new Stop({
            code: error._tag === "InvalidRequestError" ? ExitCode.usage : ExitCode.failed,
            says: printable(error.message),
            advice: advice(error, shown)
          })
          : Effect.fail(error as Exclude<E, OpenRouterError>)
      )
    )
  })
