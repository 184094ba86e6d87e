/**
 * The region whose infrastructure a generation was routed through.
 */
import type * as Schema from "effect/Schema"
import { type OpenEnum, openEnum } from "./internal/schema/openEnum.js"

const known = ["global", "europe", "us"] as const

/** The region that a generation was routed through. Open: the values known today are named, any other string is kept. */
export const DataRegion: Schema.Schema<DataRegion, string> = openEnum("DataRegion", ...known)

/** The region that a generation was routed through: one of the values known today, or any other string. */
export type DataRegion = OpenEnum<(typeof known)[number]>
