import { flag } from "../arguments/option.js"

/** `--json`: JSON for programs. */
export const jsonOption = flag("Print NDJSON, one JSON value on each line, instead of text")
