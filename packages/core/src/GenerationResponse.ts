/**
 * What `GET /generation` answers: the record in its envelope.
 */
import * as Schema from "effect/Schema"
import { Generation } from "./Generation.js"

/** What `GET /generation` answers: `{ data }`. */
export const GenerationResponse = Schema.Struct({ data: Generation }).annotations({ identifier: "GenerationResponse" })

/** What `GET /generation` answers: `{ data }`. */
export type GenerationResponse = typeof GenerationResponse.Type
