/**
 * The kind of API that a generation was made with.
 */
import type * as Schema from "effect/Schema"
import { openEnum } from "./internal/schema/openEnum.js"

/** The kind of API that a generation was made with: one of the values known today, or any other string. */
export type ApiType =
  | "completions"
  | "embeddings"
  | "rerank"
  | "decisions"
  | "video"
  | "tts"
  | "stt"
  | "image"
  | (string & {})

/** The kind of API that a generation was made with. Open: any string that is not known today is kept. */
export const ApiType: Schema.Schema<ApiType, string> = openEnum("ApiType", [
  "completions",
  "embeddings",
  "rerank",
  "decisions",
  "video",
  "tts",
  "stt",
  "image"
])
