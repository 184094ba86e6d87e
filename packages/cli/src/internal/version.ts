import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"

/** The folder of this package. */
export const packageFolder = new URL("../../", import.meta.url)

/** The version of this package. */
export const { version } = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ version: Schema.String })))(
  readFileSync(new URL("package.json", packageFolder), "utf8")
)
