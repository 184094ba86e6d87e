/**
 * The checks of the arguments of a ledger. A caller without types may pass anything.
 */
import {
  checkBoolean,
  type Checked,
  checkOptional,
  checkString,
  guard,
  readOptions,
  reject
} from "@effect-openrouter/core/internal/check"
import { checkGenerationId } from "@effect-openrouter/generations/internal/generationId"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { checkDelay } from "./checkSpan.js"
import type { Filter, Ids, LedgerOptions, LedgerService, SettleOptions, SummarizeOptions, Tags } from "./contract.js"
import { toFilePath } from "./filePath.js"
import { isIds, isStorable } from "./ids.js"

/** Checks the options of a ledger. The prefix is checked with the tables. */
export const checkLedgerOptions = (
  options: LedgerOptions | null | undefined
): Checked<{ readonly prefix: string; readonly privateFields: boolean }> =>
  Either.gen(function*() {
    const { prefix, privateFields } = yield* readOptions("options", options, ["prefix", "privateFields"])
    return {
      prefix: yield* checkString("prefix", prefix ?? "openrouter_ledger"),
      privateFields: yield* checkBoolean("privateFields", privateFields ?? true)
    }
  })

/** Checks the arguments of `settle`. An id that occurs twice counts once. */
export const checkSettle = (
  given: Ids,
  options: SettleOptions | undefined
): Checked<{ readonly ids: ReadonlyArray<string>; readonly tags: Tags; readonly after: Duration.Duration }> =>
  Either.gen(function*() {
    const { after, tags } = yield* readOptions("options", options, ["after", "tags"])
    const checked = yield* checkTags("tags", tags ?? {})
    return {
      after: yield* checkDelay("after", after ?? 0),
      tags: Object.entries(checked).flat().every(isStorable)
        ? checked
        : yield* reject("tags", "an object of texts without NUL and lone surrogates"),
      ids: yield* guard("id", () => checkIds(given))
    }
  })

/** Checks the argument of `entries`. */
export const checkFilter = (filter: Filter | undefined): Checked<Filter> =>
  Either.gen(function*() {
    const { state, ...selection } = yield* readOptions("filter", filter, ["since", "state", "tags", "until"])
    return {
      ...yield* checkSelection(selection),
      state: yield* checkOptional("state", state, checkChoice(["pending", "settled", "notVisible", "failed"]))
    }
  })

/** Checks the options of a ledger in a file. */
export const checkEmbeddedOptions = (
  options: LedgerOptions & { readonly filename: string } | null | undefined
): Checked<LedgerOptions & { readonly filename: string }> =>
  Either.gen(function*() {
    const { filename } = yield* readOptions("options", options, ["filename"])
    return {
      filename: (typeof filename === "string" ? toFilePath(filename) : null) ??
        (yield* reject("filename", "the path of a file")),
      ...yield* checkLedgerOptions(options)
    }
  })

/** The entries that `retry` selects: those of a condition, or those of a list. */
export type Retried = { readonly condition: "notVisible" | "failed" | "costUnknown" } | {
  readonly ids: ReadonlyArray<string>
}

/** Checks the argument of `retry`. */
export const checkRetry = (which: Parameters<LedgerService["retry"]>[0]): Checked<Retried> =>
  guard("which", (): Checked<Retried> => {
    if (typeof which !== "object" || which === null) return reject("which", whichRule)
    if (isIds(which)) {
      const ids = [...new Set<unknown>(which)]
      // No entry has an id that no database can store.
      return ids.every((id) => typeof id === "string")
        ? Either.right({ ids: ids.filter(isStorable) })
        : reject("which", "an iterable of texts")
    }
    if ("costUnknown" in which && which.costUnknown === true) return Either.right({ condition: "costUnknown" })
    const state = "state" in which ? which.state : undefined
    return state === "notVisible" || state === "failed"
      ? Either.right({ condition: state })
      : reject("which", whichRule)
  })

const whichRule = "{ state: \"notVisible\" }, { state: \"failed\" }, { costUnknown: true } or an iterable of ids"

/** Checks the argument of `forget`. */
export const checkForget = (options: Parameters<LedgerService["forget"]>[0]): Checked<DateTime.Utc> =>
  Either.flatMap(readOptions("options", options, ["before"]), ({ before }) => checkTime("before", before))

/** Checks the argument of `changes`. */
export const checkChanges = (
  options: Parameters<LedgerService["changes"]>[0]
): Checked<{ readonly after: number | null; readonly follow: boolean }> =>
  Either.gen(function*() {
    const { after, follow } = yield* readOptions("options", options, ["after", "follow"])
    return {
      after: (yield* checkOptional("after", after, checkCursor)) ?? null,
      follow: yield* checkBoolean("follow", follow ?? true)
    }
  })

/** A key of `summarize`. */
export type By = Parameters<LedgerService["summarize"]>[0]

/** Checks the arguments of `summarize`. */
export const checkSummarize = (
  by: By,
  options: SummarizeOptions | undefined
): Checked<{ readonly by: By; readonly options: SummarizeOptions }> =>
  Either.gen(function*() {
    const selection = yield* readOptions("options", options, ["since", "tags", "until"])
    return { by: yield* guard("by", () => checkBy(by)), options: yield* checkSelection(selection) }
  })

/** Checks the options that `entries` and `summarize` have in common. */
const checkSelection = (
  { since, tags, until }: { readonly since?: unknown; readonly tags?: unknown; readonly until?: unknown }
): Checked<SummarizeOptions> =>
  Either.gen(function*() {
    return {
      since: yield* checkOptional("since", since, checkTime),
      until: yield* checkOptional("until", until, checkTime),
      tags: yield* checkOptional("tags", tags, checkTags)
    }
  })

const checkBy = (by: By): Checked<By> => {
  if (typeof by !== "object" || by === null) {
    return checkChoice(["model", "provider", "day", "app", "session"])("by", by)
  }
  const { tag } = by
  return typeof tag === "string" ? Either.right({ tag }) : reject("by", "{ tag: the name of a tag }")
}

const checkChoice =
  <const A extends string>(values: ReadonlyArray<A>) => (field: string, value: unknown): Checked<A> => {
    const found = values.find((each) => each === value)
    return found === undefined ? reject(field, `one of ${values.join(", ")}`) : Either.right(found)
  }

const checkCursor = (field: string, cursor: unknown): Checked<number> =>
  typeof cursor === "string" && /^\d{1,15}$/.test(cursor)
    ? Either.right(Number(cursor))
    : reject(field, "a cursor of a ledger")

const checkTime = (field: string, time: unknown): Checked<DateTime.Utc> =>
  guard(field, () =>
    DateTime.isDateTime(time) && Number.isFinite(time.epochMillis)
      ? Either.right(DateTime.toUtc(time))
      : reject(field, "a DateTime"))

const checkIds = (given: unknown): Checked<ReadonlyArray<string>> => {
  if (!isIds(given)) return reject("id", "in an iterable of ids")
  const ids = new Set<string>()
  for (const id of given) {
    const checked = checkGenerationId(id)
    if (Either.isLeft(checked)) return Either.left(checked.left)
    ids.add(checked.right)
  }
  return Either.right([...ids])
}

const checkTags = (field: string, tags: unknown): Checked<Tags> =>
  guard(field, () => {
    if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return reject(field, "an object of texts")
    const entries = Object.entries(tags)
    return entries.every((entry): entry is [string, string] => typeof entry[1] === "string")
      ? Either.right(Object.fromEntries(entries))
      : reject(field, "an object of texts")
  })
