import { type Checked, guard, reject, rejectWith } from "@effect-openrouter/core/internal/check"
import * as Headers from "@effect/platform/Headers"
import * as Either from "effect/Either"

const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** The headers that HTTP itself sets for a connection and a message: a client that is given one fails, or sends nonsense. */
const reserved: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
])

/** Accepts headers that a request can carry: a record, or pairs of names and values. `null` and `undefined` are no header. */
export const checkHeaders = (input: Headers.Input): Checked<Headers.Headers> =>
  guard("headers", () =>
    typeof input === "object"
      ? Either.map(Either.all([...entries(input)].map(checkHeader)), (headers) => Headers.fromInput(headers.flat()))
      : reject("headers", shape))

const shape = "a record of headers, or pairs of names and values"

const entries = (input: Headers.Input): Iterable<unknown> => Symbol.iterator in input ? input : Object.entries(input)

const checkHeader = (entry: unknown): Checked<ReadonlyArray<readonly [string, string]>> => {
  if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== "string") return reject("headers", shape)
  const name = entry[0].toLowerCase()
  const value: unknown = entry[1]
  if (!headerName.test(name)) return reject("headers", `${shape}: it has a name that a header cannot have`)
  if (reserved.has(name)) return rejectHeader(name, "is set by HTTP itself and cannot be given")
  if (value === null || value === undefined) return Either.right([])
  const text = Array.isArray(value) ? value.join(", ") : value
  if (typeof text !== "string" && typeof text !== "number") return rejectHeader(name, "must be a string")
  return headerValue.test(String(text))
    ? Either.right([[name, String(text)]])
    : rejectHeader(name, "has a character that a header cannot carry")
}

const rejectHeader = (name: string, problem: string) => rejectWith(`headers.${name}`, `the header ${name} ${problem}`)
