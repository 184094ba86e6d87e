import {
  ResponseValidationError,
  type ResponseValidationErrorReason
} from "@effect-openrouter/core/ResponseValidationError"
import { requestFields } from "../transport/requestFields.js"
import type { TransportRequest, TransportResponse, TransportSettings } from "../transport/transport.js"
import { firstWrongField, type Issue } from "./decoder.js"
import { errorBody } from "./errorBody.js"

/** A response and the request that it belongs to. */
export interface Exchange {
  readonly request: TransportRequest
  readonly response: TransportResponse
  readonly settings: TransportSettings
}

/** Returns the error of a 2XX that is not the record, without quoting it: records have private fields. */
export const make = (
  { request, response, settings }: Exchange,
  reason: ResponseValidationErrorReason,
  field: string,
  problem: string
): ResponseValidationError =>
  new ResponseValidationError({
    reason,
    field: settings.redact(field),
    message: settings.redact(`${field}: ${problem}`),
    body: errorBody(response.text, settings.redact),
    ...requestFields(request, settings, response.headers)
  })

/** Returns the same for the first field that the Schema rejected: what it should be, and what kind of value came. */
export const fromIssue = (exchange: Exchange, issue: Issue): ResponseValidationError => {
  const { path, problem } = firstWrongField(issue)
  return make(exchange, "Invalid", path === "" ? "data" : path, problem)
}
