import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The HTTP client of the command. On Node.js it is undici, through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`
 * if one is set. Bun has no dispatchers of undici, and its fetch reads the same variables.
 */
export const httpClient: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.unwrapEffect(
  Effect.promise(async () =>
    process.versions["bun"] === undefined
      ? (await import("@effect-openrouter/client/node")).layerProxy
      : (await import("@effect-openrouter/client/fetch")).layer
  )
)
