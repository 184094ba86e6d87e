import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { costDetails } from "./chat.js"
import { type Block, eventsOfBlocks, type Format, getText, namedEvent, toBlocks } from "./format.js"
import type { Part, Plan, PlannedUsage } from "./plan.js"

/** `POST /messages`, in the form of Anthropic's API. */
export const messages: Format = {
  apiType: "completions",
  idInHeader: true,
  error: (status, message, metadata) => errorEvent({ code: status, message, metadata }, null),
  whole: (plan, parts, error) =>
    error === undefined
      ? message(plan, parts.length === 0 ? [] : toBlocks(parts).map(toContent), stopReason(plan), {
        ...tokens(plan.usage, plan.usage.completionTokens),
        ...costs(plan.usage)
      })
      : errorEvent(error.body, plan.id),
  stream: (plan) => {
    return {
      opening: [send("message_start", { message: message(plan, [], null, tokens(plan.usage, 0)) })],
      parts: eventsOfBlocks(toBlocks(plan.parts), {
        start: (block, index) => [send("content_block_start", { index, content_block: emptyContent(block) })],
        delta: (part, index) => [send("content_block_delta", { index, delta: toDelta(part) })],
        stop: (_, index) => [send("content_block_stop", { index })]
      }),
      closing: [
        send("message_delta", {
          delta: { container: null, stop_reason: stopReason(plan), stop_sequence: null, stop_details: null },
          usage: { ...tokens(plan.usage, plan.usage.completionTokens), ...costs(plan.usage) }
        }),
        send("message_stop"),
        // OpenRouter adds this, although Anthropic's own API does not.
        "event: data\ndata: [DONE]\n\n"
      ],
      error: ({ body }) => [namedEvent("error", errorEvent(body, plan.id))]
    }
  }
}

const send = (type: string, fields: object = {}) => namedEvent(type, { type, ...fields })

const message = (
  { id, model, provider }: Plan,
  content: ReadonlyArray<unknown>,
  stopReason: string | null,
  usage: object
) => ({
  id,
  type: "message",
  role: "assistant",
  model,
  provider,
  container: null,
  content,
  stop_reason: stopReason,
  stop_sequence: null,
  stop_details: null,
  usage
})

const stopReasons: Readonly<Record<string, string>> = { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use" }

const stopReason = ({ finishReason }: Plan) => stopReasons[finishReason] ?? finishReason

const toContent = ({ kind, parts }: Block) => {
  const [first] = parts
  if (first?.kind === "toolCall") {
    return {
      type: "tool_use",
      id: first.id,
      name: first.name,
      input: Option.getOrElse(parseJson(first.text), () => ({}))
    }
  }
  const text = getText(parts, kind)
  return kind === "reasoning"
    ? { type: "thinking", thinking: text, signature: "" }
    : { type: "text", text, citations: null }
}

const parseJson = Schema.decodeOption(Schema.parseJson())

const emptyContent = ({ kind, parts: [first] }: Block) => {
  if (first?.kind === "toolCall") return { type: "tool_use", id: first.id, name: first.name, input: {} }
  return kind === "reasoning"
    ? { type: "thinking", thinking: "", signature: "" }
    : { type: "text", text: "", citations: null }
}

const toDelta = (part: Part) => {
  switch (part.kind) {
    case "text":
      return { type: "text_delta", text: part.text }
    case "reasoning":
      return { type: "thinking_delta", thinking: part.text }
    case "toolCall":
      return { type: "input_json_delta", partial_json: part.text }
  }
}

const tokens = (usage: PlannedUsage, outputTokens: number) => ({
  input_tokens: usage.promptTokens,
  output_tokens: outputTokens,
  cache_creation: null,
  cache_creation_input_tokens: null,
  cache_read_input_tokens: usage.cachedTokens,
  inference_geo: null,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: "standard"
})

const costs = (usage: PlannedUsage) => ({ cost: usage.cost, is_byok: usage.isByok, cost_details: costDetails(usage) })

/** Anthropic's error, with the fields of OpenRouter's beside its own. */
const errorEvent = (
  { code, message, metadata }: { readonly code: number; readonly message: string; readonly metadata?: unknown },
  requestId: string | null
) => {
  const type = errorTypes[code] ?? "api_error"
  return {
    type: "error",
    error: { type, message, code, ...(metadata !== undefined && { metadata }) },
    request_id: requestId
  }
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error"
}
