import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { ReceivedRequest } from "../../ReceivedRequest.js"

/** The parts of a completion request that the emulator reads. */
export interface CompletionRequest {
  readonly body: { readonly [name: string]: unknown }
  /** The model that is asked for; `null` = the account's default. */
  readonly model: string | null
  readonly streamed: boolean
  readonly externalUser: string | null
  readonly sessionId: string | null
  readonly origin: string
  readonly httpReferer: string | null
  readonly userAgent: string | null
  /** The number of characters of the prompt, messages or input. */
  readonly promptLength: number
}

/** Reads a request; none if its body is not a JSON object. */
export const readRequest = ({ body: text, headers }: ReceivedRequest): Option.Option<CompletionRequest> =>
  Option.map(decodeObject(text), (body) => ({
    body,
    model: string(body["model"]) ?? (Array.isArray(body["models"]) ? string(body["models"][0]) : null),
    streamed: body["stream"] === true,
    externalUser: string(body["user"]) ?? string(field(body["metadata"], "user_id")),
    sessionId: string(body["session_id"]) ?? headers["x-session-id"] ?? null,
    origin: headers["origin"] ?? "",
    httpReferer: headers["http-referer"] ?? headers["referer"] ?? null,
    userAgent: headers["user-agent"] ?? null,
    promptLength: promptFields.reduce((length, name) => length + textLength(body[name]), 0)
  }))

const promptFields = ["messages", "prompt", "input", "system", "instructions"]

const decodeObject = Schema.decodeOption(
  Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
)

const string = (value: unknown): string | null => typeof value === "string" && value !== "" ? value : null

const field = (value: unknown, name: string): unknown => Predicate.isRecord(value) ? value[name] : undefined

const textLength = (value: unknown): number => {
  if (typeof value === "string") return value.length
  if (typeof value === "number") return 1
  if (typeof value !== "object" || value === null) return 0
  return Object.values(value).reduce((length: number, item) => length + textLength(item), 0)
}
