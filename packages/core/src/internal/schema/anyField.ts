import type * as Schema from "effect/Schema"
import type { Codec } from "./codec.js"

/** A field of any type. */
export interface AnyField {
  readonly codec: Codec<unknown>
  readonly schema: Schema.Schema.AnyNoContext
  readonly description: string
  readonly input?: unknown
}
