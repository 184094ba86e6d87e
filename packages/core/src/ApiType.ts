/**
 * The kind of API that a generation was made with.
 */
import type * as Schema from "effect/Schema"
import { type OpenEnum, openEnum } from "./internal/schema/openEnum.js"

const known = ["completions", "embeddings", "rerank", "decisions", "video", "tts", "stt", "image"] as const

/** The kind of API that a generation was made with. Open: the values known today are named, any other string is kept. */
export const ApiType: Schema.Schema<ApiType, string> = openEnum("ApiType", ...known)

/** The kind of API that a generation was made with: one of the values known today, or any other string. */
export type ApiType = OpenEnum<(typeof known)[number]>
