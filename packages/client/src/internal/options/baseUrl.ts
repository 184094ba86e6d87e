import { type Checked, guard, reject } from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"
import type { TransportSettings } from "../transport/transport.js"

/** Accepts an absolute http or https URL, and returns its parts without credentials. */
export const checkBaseUrl = (
  baseUrl: string | URL
): Checked<Pick<TransportSettings, "baseUrl" | "origin" | "basePath">> =>
  guard("baseUrl", () => {
    const text = baseUrl instanceof URL ? baseUrl.href : baseUrl
    const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
      return reject("baseUrl", "an absolute http or https URL without query and fragment")
    }
    // There is one Authorization header, and it carries the key.
    const { origin } = url
    const basePath = url.pathname.replace(/\/+$/, "")
    return Either.right({ baseUrl: origin + basePath, origin, basePath })
  })
