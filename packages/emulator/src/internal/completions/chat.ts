import { errorBody } from "../responses.js"
import { done, event, type EventStream, type Format, getText } from "./format.js"
import type { Part, Plan, PlannedUsage } from "./plan.js"

/** `POST /chat/completions` */
export const chat: Format = {
  apiType: "completions",
  idInHeader: true,
  error: errorBody,
  whole: (plan, parts, error) => {
    const reasoning = getText(parts, "reasoning")
    const toolCalls = toToolCalls(parts)
    return {
      ...head(plan, "chat.completion"),
      system_fingerprint: null,
      service_tier: null,
      choices: [{
        index: 0,
        logprobs: null,
        finish_reason: error === undefined ? plan.finishReason : "error",
        native_finish_reason: error === undefined ? plan.nativeFinishReason : null,
        message: {
          role: "assistant",
          content: getText(parts, "text") || (toolCalls.length > 0 ? null : ""),
          refusal: null,
          reasoning: reasoning || null,
          ...(reasoning !== "" && { reasoning_details: reasoningDetails(reasoning) }),
          ...(toolCalls.length > 0 && { tool_calls: toolCalls })
        },
        ...(error !== undefined && { error: error.body })
      }],
      usage: toUsage(error === undefined ? plan.usage : unpaid(plan.usage))
    }
  },
  stream: (plan): EventStream => {
    const chunk = (choices: ReadonlyArray<unknown>, more: object = {}) =>
      event({ ...head(plan, "chat.completion.chunk"), ...more, choices })
    const choice = (delta: object, finished: boolean) => ({
      index: 0,
      delta: { content: "", role: "assistant", ...delta },
      finish_reason: finished ? plan.finishReason : null,
      native_finish_reason: finished ? plan.nativeFinishReason : null
    })
    return {
      opening: [],
      parts: plan.parts.map((part) => [chunk([choice(toDelta(part), false)])]),
      // The chunk with the usage has a choice, too, and the finish reason a second time.
      closing: [
        chunk([choice({}, true)]),
        event({
          ...head(plan, "chat.completion.chunk"),
          service_tier: "default",
          choices: [choice({}, true)],
          usage: toUsage(plan.usage)
        }),
        done
      ],
      error: ({ body, shape }) => {
        switch (shape) {
          case "finishReason":
            return [chunk([{ index: 0, delta: { content: "" }, finish_reason: "error" }], { error: body })]
          case "noChoices":
            return [chunk([], { error: body })]
          case "usage":
            return [chunk([choice({}, false)], { error: body, usage: toUsage(unpaid(plan.usage)) }), done]
        }
      }
    }
  }
}

/** The fields that every chunk and every whole response begins with. */
export const head = ({ createdAt, id, model, provider }: Plan, object: string) => ({
  id,
  object,
  created: Math.floor(createdAt / 1000),
  model,
  provider
})

const toDelta = (part: Part) => {
  switch (part.kind) {
    case "text":
      return { content: part.text }
    case "reasoning":
      return { reasoning: part.text, reasoning_details: reasoningDetails(part.text) }
    case "toolCall":
      return { content: null, tool_calls: toToolCalls([part]) }
  }
}

const reasoningDetails = (text: string) => [{ type: "reasoning.text", text, format: "unknown", index: 0 }]

const toToolCalls = (parts: ReadonlyArray<Part>) =>
  parts.flatMap((part) =>
    part.kind === "toolCall"
      ? [{
        index: part.index,
        id: part.id,
        type: "function",
        function: { name: part.name, arguments: part.text }
      }]
      : []
  )

/** A completion that fails costs nothing. */
export const unpaid = (usage: PlannedUsage): PlannedUsage => ({
  ...usage,
  cost: 0,
  upstreamInferenceCost: 0,
  upstreamPromptCost: 0,
  upstreamCompletionCost: 0
})

/** The usage of chat and text completions. */
export const toUsage = (usage: PlannedUsage) => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.completionTokens,
  total_tokens: usage.promptTokens + usage.completionTokens,
  cost: usage.cost,
  is_byok: usage.isByok,
  prompt_tokens_details: {
    cached_tokens: usage.cachedTokens,
    cache_write_tokens: 0,
    audio_tokens: 0,
    video_tokens: 0
  },
  cost_details: costDetails(usage),
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, image_tokens: 0, audio_tokens: 0 }
})

export const costDetails = (usage: PlannedUsage) => ({
  upstream_inference_cost: usage.upstreamInferenceCost,
  upstream_inference_prompt_cost: usage.upstreamPromptCost,
  upstream_inference_completions_cost: usage.upstreamCompletionCost
})
