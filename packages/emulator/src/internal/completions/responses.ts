import { errorBody } from "../responses.js"
import * as Seeded from "../seeded.js"
import { unpaid } from "./chat.js"
import { type Block, done, event, eventsOfBlocks, type Format, getText, toBlocks } from "./format.js"
import type { Part, Plan, PlannedUsage } from "./plan.js"

/** `POST /responses` */
export const responses: Format = {
  apiType: "completions",
  idInHeader: true,
  error: errorBody,
  whole: (plan, parts, error) =>
    error === undefined
      ? finished(plan)
      : response(plan, parts, "failed", {
        error: { code: "server_error", message: error.body.message },
        usage: toUsage(unpaid(plan.usage))
      }),
  stream: (plan) => {
    let sequence = 0
    const send = (type: string, fields: object) => event({ type, ...fields, sequence_number: sequence++ })
    const pending = { response: response(plan, [], "in_progress") }
    const last = finished(plan)
    const opening = [send("response.created", pending), send("response.in_progress", pending)]
    const parts = eventsOfBlocks(toBlocks(plan.parts), {
      start: (block, index) => {
        const item = toItem(plan, block, index, "in_progress")
        const added = send("response.output_item.added", { output_index: index, item })
        return block.kind === "text"
          ? [
            added,
            send("response.content_part.added", {
              item_id: item.id,
              output_index: index,
              content_index: 0,
              part: { type: "output_text", annotations: [], text: "" }
            })
          ]
          : [added]
      },
      delta: (part, index) => {
        const at = { output_index: index, item_id: itemId(plan, part.kind, index) }
        switch (part.kind) {
          case "text":
            return [
              send("response.output_text.delta", { logprobs: [], ...at, content_index: 0, delta: part.text })
            ]
          case "reasoning":
            return [send("response.reasoning_summary_text.delta", { ...at, summary_index: 0, delta: part.text })]
          case "toolCall":
            return [send("response.function_call_arguments.delta", { ...at, delta: part.text })]
        }
      },
      stop: (block, index) => {
        const item = toItem(plan, block, index, "completed")
        const at = { item_id: item.id, output_index: index }
        const whole = getText(block.parts, block.kind)
        return [
          ...(block.kind === "text"
            ? [
              send("response.output_text.done", { ...at, content_index: 0, text: whole, logprobs: [] }),
              send("response.content_part.done", {
                ...at,
                content_index: 0,
                part: { type: "output_text", annotations: [], text: whole }
              })
            ]
            : block.kind === "reasoning"
            ? [send("response.reasoning_summary_text.done", { ...at, summary_index: 0, text: whole })]
            : [send("response.function_call_arguments.done", { ...at, arguments: whole })]),
          send("response.output_item.done", { output_index: index, item })
        ]
      }
    })
    return {
      opening,
      parts,
      closing: [send(`response.${last.status}`, { response: last }), done],
      error: ({ body }, sent) => {
        sequence = opening.length + parts.slice(0, sent).flat().length
        const failed = send("response.failed", {
          response: response(plan, plan.parts.slice(0, sent), "failed", {
            error: { code: "server_error", message: body.message },
            usage: toUsage(unpaid(plan.usage))
          })
        })
        return [failed, done]
      }
    }
  }
}

const finished = (plan: Plan) =>
  response(plan, plan.parts, plan.finishReason === "length" ? "incomplete" : "completed", {
    completed_at: Math.floor(plan.createdAt / 1000),
    ...(plan.finishReason === "length" && { incomplete_details: { reason: "max_output_tokens" } }),
    usage: toUsage(plan.usage)
  })

const response = (
  plan: Plan,
  parts: ReadonlyArray<Part>,
  status: "completed" | "failed" | "in_progress" | "incomplete",
  fields: object = {}
) => ({
  object: "response",
  id: plan.id,
  created_at: Math.floor(plan.createdAt / 1000),
  completed_at: null,
  status,
  error: null,
  frequency_penalty: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: plan.model,
  output: toBlocks(parts).map((block, index) => toItem(plan, block, index, "completed")),
  output_text: getText(parts, "text"),
  parallel_tool_calls: true,
  presence_penalty: null,
  temperature: null,
  tool_choice: "auto",
  tools: [],
  top_p: null,
  background: false,
  store: false,
  service_tier: "auto",
  ...fields
})

const itemId = ({ id }: Plan, kind: Part["kind"], index: number) =>
  `${prefixes[kind]}_tmp_${Seeded.characters(`${id}/item/${index}`, 12, Seeded.alphanumeric)}`

const prefixes = { text: "msg", reasoning: "rs", toolCall: "fc" } as const

/** One item of the output; while it is in progress, without its content. */
const toItem = (plan: Plan, { kind, parts }: Block, index: number, status: "completed" | "in_progress") => {
  const id = itemId(plan, kind, index)
  const text = status === "completed" ? getText(parts, kind) : ""
  const [first] = parts
  if (first?.kind === "toolCall") {
    return { type: "function_call", id, call_id: first.id, name: first.name, arguments: text, status }
  }
  return kind === "reasoning"
    ? { type: "reasoning", id, status, summary: text === "" ? [] : [{ type: "summary_text", text }] }
    : {
      type: "message",
      id,
      role: "assistant",
      status,
      content: status === "completed" ? [{ type: "output_text", text, annotations: [], logprobs: [] }] : []
    }
}

const toUsage = (usage: PlannedUsage) => ({
  input_tokens: usage.promptTokens,
  input_tokens_details: { cached_tokens: usage.cachedTokens },
  output_tokens: usage.completionTokens,
  output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  total_tokens: usage.promptTokens + usage.completionTokens,
  cost: usage.cost,
  is_byok: usage.isByok,
  cost_details: {
    upstream_inference_cost: usage.upstreamInferenceCost,
    upstream_inference_input_cost: usage.upstreamPromptCost,
    upstream_inference_output_cost: usage.upstreamCompletionCost
  }
})
