/**
 * The response of `GET /generation`: the record in its envelope.
 */
import * as Schema from "effect/Schema"
import { Generation } from "./Generation.js"

/** The response of `GET /generation`: `{ data }`. */
export const GenerationResponse = Schema.Struct({ data: Generation }).annotations({ identifier: "GenerationResponse" })

/** The response of `GET /generation`: `{ data }`. */
export type GenerationResponse = typeof GenerationResponse.Type
