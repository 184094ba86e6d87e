/**
 * The service tier that a provider served a generation with.
 */
import type * as Schema from "effect/Schema"
import { openEnum } from "./internal/schema/openEnum.js"

/** The service tier that a provider served a generation with: one of the values known today, or any other string. */
export type ServiceTier = "flex" | "priority" | (string & {})

/** The service tier that a provider served a generation with. Open: any string that is not known today is kept. */
export const ServiceTier: Schema.Schema<ServiceTier, string> = openEnum("ServiceTier", ["flex", "priority"])
