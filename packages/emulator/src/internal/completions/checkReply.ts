import type { Reply } from "../../Reply.js"
import { completeRecord, encodeRecord } from "../completeRecord.js"
import { makePlan } from "./plan.js"
import { toRecord } from "./record.js"
import type { CompletionRequest } from "./request.js"

const request: CompletionRequest = {
  body: {},
  model: null,
  streamed: false,
  externalUser: null,
  sessionId: null,
  origin: "",
  httpReferer: null,
  userAgent: null,
  promptLength: 1
}

/** Throws if no record can be made of a reply. Otherwise its completion would break off without a word. */
export const checkReply = (id: string, reply: Reply): void => {
  const plan = makePlan({ apiType: "completions", createdAt: 0, id, reply, request })
  const generation = toRecord(plan, { how: "finished", produced: plan.parts.length, latency: 0, generationTime: 0 })
  encodeRecord(completeRecord(generation), generation)
}
