import { randomFrom } from "../random.js"
import type { Outage } from "./link.js"

/** What OpenRouter knows of an id: a record, one later, none, one without a cost, a refusal, or an error each time. */
export type Kind = "good" | "late" | "never" | "costless" | "forbidden" | "poison"

interface PlannedId {
  readonly id: string
  readonly kind: Kind
}

/** One thing that happens, at a time in milliseconds. */
export type Happening =
  & { readonly at: number }
  & (
    | {
      readonly type: "settle" | "insert" | "rolledBack"
      readonly ids: ReadonlyArray<PlannedId>
      readonly after: number
    }
    | { readonly type: "kill" | "stop"; readonly worker: number; readonly absence: number }
    | { readonly type: "freeze"; readonly worker: number; readonly duration: number }
    | { readonly type: "outage"; readonly outage: Outage; readonly duration: number }
    | {
      readonly type: "faults"
      readonly statuses: ReadonlyArray<number>
      readonly delay: number
      readonly retryAfter: number | null
    }
    | { readonly type: "step"; readonly millis: number }
    | { readonly type: "retry"; readonly which: "failed" | "notVisible" | "costUnknown" | "ids" }
    | { readonly type: "read" | "forget" }
  )

/** The processes, their options and all that happens to them, drawn from a seed. */
export interface Plan {
  readonly seed: number
  readonly workers: number
  readonly options: {
    readonly concurrency: number
    readonly within: number
    readonly takeOver: number
    readonly pollInterval: number
    readonly probeInterval: number
    readonly drain: number
    readonly rateLimit?: { readonly limit: number; readonly window: number }
  }
  /** The longest time of a statement. */
  readonly latency: number
  readonly happenings: ReadonlyArray<Happening>
}

/** The time after which nothing happens any more. */
export const chaosEnd = 8000

/** The timeout of one request; `takeOver` is longer. */
export const timeout = 2000

const statuses = [408, 429, 500, 502, 503, 504, 524, 529, 401, 402]

export const makePlan = (seed: number): Plan => {
  const random = randomFrom(seed)
  const upTo = (limit: number) => Math.floor(random() * limit)
  const pick = <A>(items: readonly [A, ...ReadonlyArray<A>]): A => items[upTo(items.length)] ?? items[0]
  let count = 0
  let hasPoison = random() > 0.3
  const newIds = (): ReadonlyArray<PlannedId> =>
    Array.from({ length: 1 + upTo(3) }, () => {
      const kind = pick<Kind>(["good", "good", "good", "late", "late", "never", "costless", "forbidden", "poison"])
      // More than one would hold the pause of the others permanently.
      const isSecond = kind === "poison" && hasPoison
      hasPoison ||= kind === "poison"
      return { id: `gen-${count++}`, kind: isSecond ? "good" : kind }
    })

  const workers = pick([1, 2, 2, 3])
  const latency = random() < 0.3 ? 40 : 0
  const options = {
    concurrency: 1 + upTo(6),
    within: 17_000,
    takeOver: 2500 + upTo(2000),
    pollInterval: pick([1000, 3000, 5000]),
    probeInterval: pick([1000, 3000]),
    drain: pick([0, 500, 3000]),
    ...random() < 0.2 ? { rateLimit: { limit: 1 + upTo(5), window: 1000 + upTo(4000) } } : {}
  }

  // Some runs have one kind of fault only, so that the strict guarantees of the others are checked too.
  const all = ["kill", "stop", "freeze", "outage", "faults", "step", "retry", "read", "forget", "rolledBack"] as const
  const allowed = all.filter(() => random() < 0.6)
  const happening = (): Happening => {
    const at = upTo(chaosEnd)
    const type: Happening["type"] = random() < 0.35
      ? pick(["settle", "settle", "insert"])
      : pick(["settle", ...allowed, "faults"])
    switch (type) {
      case "settle":
      case "insert":
      case "rolledBack":
        return { at, type, ids: newIds(), after: random() < 0.5 ? 0 : upTo(4000) }
      case "kill":
      case "stop":
        return { at, type, worker: upTo(workers), absence: upTo(4000) }
      case "freeze":
        return { at, type, worker: upTo(workers), duration: upTo(6000) }
      case "outage":
        return { at, type, outage: pick(["refused", "unconfirmed", "full"]), duration: upTo(4000) }
      case "faults":
        return {
          at,
          type,
          statuses: Array.from(
            { length: 1 + upTo(6) },
            () => random() < 0.2 ? 200 : statuses[upTo(statuses.length)] ?? 500
          ),
          delay: random() < 0.4 ? upTo(timeout + 1000) : 0,
          retryAfter: random() < 0.5 ? 1 + upTo(8) : null
        }
      case "step":
        return { at, type, millis: random() < 0.5 ? -upTo(10_000) : upTo(3_600_000) }
      case "retry":
        return { at, type, which: pick(["failed", "notVisible", "costUnknown", "ids"]) }
      case "read":
      case "forget":
        return { at, type }
    }
  }

  const first: Happening = { at: 0, type: "settle", ids: newIds(), after: 0 }
  const happenings = [first, ...Array.from({ length: 5 + upTo(11) }, happening)]
  return { seed, workers, options, latency, happenings: happenings.toSorted((a, b) => a.at - b.at) }
}
