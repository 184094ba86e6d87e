import * as Options from "@effect/cli/Options"

/** `--json`: one JSON value on each line, for pipes. */
export const json = Options.boolean("json").pipe(
  Options.withDescription("Print NDJSON, one JSON value on each line, instead of text")
)
