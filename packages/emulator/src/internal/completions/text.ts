import { errorBody } from "../responses.js"
import { head, toUsage, unpaid } from "./chat.js"
import { done, event, type Format, getText } from "./format.js"

/** `POST /completions` */
export const text: Format = {
  apiType: "completions",
  idInHeader: true,
  error: errorBody,
  whole: (plan, parts, error) => ({
    ...head(plan, "text_completion"),
    system_fingerprint: null,
    choices: [{
      index: 0,
      text: getText(parts, "text"),
      logprobs: null,
      finish_reason: error === undefined ? plan.finishReason : "error",
      native_finish_reason: error === undefined ? plan.nativeFinishReason : null,
      reasoning: getText(parts, "reasoning") || null,
      ...(error !== undefined && { error: error.body })
    }],
    usage: toUsage(error === undefined ? plan.usage : unpaid(plan.usage))
  }),
  stream: (plan) => {
    const chunk = (choice: object, more: object = {}) =>
      event({
        ...head(plan, "text_completion"),
        choices: [{ index: 0, text: "", logprobs: null, finish_reason: null, native_finish_reason: null, ...choice }],
        ...more
      })
    const finished = { finish_reason: plan.finishReason, native_finish_reason: plan.nativeFinishReason }
    return {
      opening: [],
      parts: plan.parts.map((part) => [chunk(part.kind === "text" ? { text: part.text } : { reasoning: part.text })]),
      closing: [chunk(finished), chunk(finished, { usage: toUsage(plan.usage) }), done],
      error: ({ body }) => [chunk({ finish_reason: "error" }, { error: body })]
    }
  }
}
