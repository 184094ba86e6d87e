import * as Encoding from "effect/Encoding"
import { errorBody } from "../responses.js"
import * as Seeded from "../seeded.js"
import { costDetails } from "./chat.js"
import type { Format } from "./format.js"
import type { Plan } from "./plan.js"

/** `POST /embeddings`: the id is the last field of the body, and in no header. */
export const embeddings: Format = {
  apiType: "embeddings",
  idInHeader: false,
  error: errorBody,
  stream: null,
  whole: (plan, _, error) =>
    error === undefined
      ? {
        object: "list",
        data: toVectors(plan).map((vector, index) => ({
          object: "embedding",
          embedding: plan.request.body["encoding_format"] === "base64" ? base64(vector) : vector,
          index
        })),
        model: plan.model.slice(plan.model.indexOf("/") + 1),
        usage: {
          prompt_tokens: plan.usage.promptTokens,
          total_tokens: plan.usage.promptTokens,
          cost: plan.usage.cost,
          is_byok: plan.usage.isByok,
          cost_details: costDetails(plan.usage)
        },
        provider: plan.provider,
        id: plan.id
      }
      : { error: error.body, id: plan.id }
}

const toVectors = ({ reply, request: { body } }: Plan): ReadonlyArray<ReadonlyArray<number>> => {
  if (reply.embeddings !== undefined) return reply.embeddings
  const input = body["input"]
  // A list of numbers is one text, already cut into tokens.
  const inputs = Array.isArray(input) && typeof input[0] !== "number" ? input : [input]
  const dimensions = typeof body["dimensions"] === "number" ? body["dimensions"] : 8
  return inputs.map((input) =>
    Array.from(
      { length: dimensions },
      (_, index) => Seeded.integer(`${JSON.stringify(input)}/${index}`, -1024, 1024) / 1024
    )
  )
}

/** Little-endian 32-bit floats. */
const base64 = (vector: ReadonlyArray<number>): string => {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, value, true)
  return Encoding.encodeBase64(new Uint8Array(view.buffer))
}
