// A module of its own, so that the other decoders are measured without Effect.
import { Generation } from "@effect-openrouter/core/Generation"
import * as Schema from "effect/Schema"

/** Decodes a record. */
export const decodeRecord = Schema.decodeUnknownSync(Generation)
