/**
 * The region whose infrastructure a generation was routed through.
 */
import type * as Schema from "effect/Schema"
import { openEnum } from "./internal/schema/openEnum.js"

/** The region that a generation was routed through: one of the values known today, or any other string. */
export type DataRegion = "global" | "europe" | "us" | (string & {})

/** The region that a generation was routed through. Open: any string that is not known today is kept. */
export const DataRegion: Schema.Schema<DataRegion, string> = openEnum("DataRegion", ["global", "europe", "us"])
