import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import type * as Schema from "effect/Schema"
import * as ConnectionError from "./connectionError.js"
import * as DefaultError from "./defaultError.js"
import { readBody, readBodyUpTo } from "./readBody.js"
import type { Settings } from "./settings.js"
import * as ValidationError from "./validationError.js"

/** Turns an answer, whatever it is, into the value that `data` holds or the error that says why not. */
export const decodeAnswer = <A, I>(
  response: HttpClientResponse,
  data: Schema.Schema<A, I>,
  settings: Settings
): Effect.Effect<A, OpenRouterError> =>
  response.status >= 200 && response.status < 300
    ? Effect.flatMap(readBodyUpTo(response, settings.maxBodySize), ({ end, text }) => {
      if (end === "bound") {
        const problem = `is larger than ${settings.maxBodySize} bytes`
        return Effect.fail(ValidationError.make("body", problem, text, settings.scrub))
      }
      return end === "complete"
        ? decodeText(response, text, data, settings)
        : Effect.fail(ConnectionError.fromHttpClientError(end, settings.scrub))
    })
    : Effect.flatMap(
      readBody(response, (_, text) => text.length > DefaultError.maxErrorBody),
      ({ text }) => failWith(response, text, settings)
    )

const decodeText = <A, I>(
  response: HttpClientResponse,
  text: string,
  data: Schema.Schema<A, I>,
  settings: Settings
): Effect.Effect<A, OpenRouterError> => {
  const refuse = (field: string, problem: string) =>
    Effect.fail(ValidationError.make(field, problem, text, settings.scrub))
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    const contentType = response.headers["content-type"] ?? "no content type"
    return refuse("body", `expected JSON, got ${text.length} characters of ${contentType}`)
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return refuse("data", `expected an object that holds it, got ${ValidationError.kindOf(json)}`)
  }
  if ("error" in json && json.error !== null) return failWith(response, text, settings)
  if (!("data" in json)) return refuse("data", "is missing")
  if (json.data === null) return failWith(response, text, settings)
  return Effect.mapError(
    ParseResult.decodeUnknown(data)(json.data),
    (issue) => ValidationError.fromIssue(issue, text, settings.scrub)
  )
}

const failWith = (response: HttpClientResponse, text: string, settings: Settings) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.fail(
      DefaultError.fromAnswer({ status: response.status, headers: response.headers, text }, settings.scrub, now)
    ))
