import { environmentVariables } from "@effect-openrouter/client/OpenRouterClientOptions"
import {
  effectiveStatus,
  isNotFound,
  isTransient,
  type OpenRouterError,
  retryAfter
} from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"
import { printable } from "./printable.js"

/** Says what to do about an error; `key` is the fingerprint of the key that was used. */
export const advice = (error: OpenRouterError, key: string): string => {
  if (error._tag === "InvalidRequestError") return `check ${error.field}`
  if (error.url?.includes("/api/v1/") === false) {
    const baseUrl = printable(error.url.replace(/\/generation(?:\/content|\/feedback)?(?:\?.*)?$/, ""))
    return `the base URL ${baseUrl} has no /api/v1: check --base-url and ${environmentVariables.baseUrl}`
  }
  if (isNotFound(error)) {
    return "the record is not written yet, does not exist, or belongs to another key: wait for it with await"
  }
  if (isTransient(error)) {
    const wait = retryAfter(error)
    return wait === null
      ? "it has been retried: check the network and --base-url, or try again later"
      : `it has been retried: try again in ${Duration.format(wait)}`
  }
  if (error._tag === "ResponseValidationError") {
    return `the response is not the expected record (${error.field}): please report it`
  }
  if (error._tag !== "OpenRouterDefaultError") return "check the certificate of the server and --base-url"
  return adviceByStatus(effectiveStatus(error), `${error.message} ${error.body}`, key)
}

const adviceByStatus = (status: number | null, text: string, key: string): string => {
  if (status === 401) return `check the key (${key})`
  if (status === 402) return "add credits at https://openrouter.ai/settings/credits"
  if (status === 403) return adviceForForbidden.find(([words]) => words.test(text))?.[1] ?? mayNot(key)
  if (status === 404) return `check --base-url and ${environmentVariables.baseUrl}: no OpenRouter responds there`
  return "OpenRouter did not accept the request: read its message"
}

const mayNot = (key: string): string => `the key (${key}) may not do this: check whose generation it is`

/** The advice for a 403 by the words of its message: one status stands for several causes. */
const adviceForForbidden: ReadonlyArray<readonly [words: RegExp, advice: string]> = [
  [
    /(?:key|spend\w*|usage|credit|total|daily|weekly|monthly)\W+limit|limit\W+(?:exceeded|reached)/i,
    "the key has spent its limit: raise or reset it at https://openrouter.ai/settings/keys"
  ],
  [
    /countr(?:y|ies)|region|territor|location|error code: 1009|\b1009\b/i,
    "OpenRouter does not serve this country or network: run the command from another one, or through a proxy"
  ],
  [
    /user.?agent|browser|bot\b|cloudflare|error code: 10[12]\d|blocked|access denied/i,
    "the network in front of OpenRouter blocked this client: check the user agent and the proxy"
  ],
  [
    /management|provisioning|\badmin/i,
    "this needs a management key: make one at https://openrouter.ai/settings/management-keys"
  ]
]

/** Returns the name of the kind of an error: `403 Forbidden`, or the name of its class in words. */
export const failureKind = (error: OpenRouterError): string => {
  if (error._tag === "OpenRouterDefaultError") {
    return `${effectiveStatus(error) ?? error.status} ${spaced(error.reason)}`
  }
  return spaced(error._tag.replace(/Error$/, ""))
}

const spaced = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
