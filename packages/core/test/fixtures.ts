import { readdirSync, readFileSync } from "node:fs"

const folder = new URL("fixtures/", import.meta.url)

/** An answer of OpenRouter as it was met in public, by the name of its file. */
export const fixture = (name: string): { readonly data: Readonly<Record<string, unknown>> } =>
  JSON.parse(readFileSync(new URL(name, folder), "utf8"))

/** The names of all records that must be taken. */
export const acceptedRecords = readdirSync(folder).filter((name) =>
  !name.startsWith("rejected-") && !name.startsWith("content-")
)
