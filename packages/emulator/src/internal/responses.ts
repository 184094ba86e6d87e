import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { errorMessage } from "./errorMessages.js"

/** A successful response: `{ data }`. */
export const data = (data: unknown): HttpServerResponse.HttpServerResponse => HttpServerResponse.unsafeJson({ data })

/** The body of an error, as OpenRouter documents it. */
export const errorBody = (status: number, message: string = errorMessage(status), metadata?: unknown) => ({
  error: { code: status, message, ...(metadata !== undefined && { metadata }) }
})

/** An error in OpenRouter's envelope. */
export const error = (status: number, message?: string, metadata?: unknown): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.unsafeJson(errorBody(status, message, metadata), { status })
