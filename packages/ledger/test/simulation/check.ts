import { Usage } from "@effect-openrouter/core"
import { type Entry, Ledger } from "@effect-openrouter/ledger"
import { Effect, Stream } from "effect"
import type { Kind } from "./plan.js"
import type { World } from "./world.js"

/** A change of a row that was or became finished, as a trigger saw it. */
interface Change {
  readonly id: string
  readonly before: string
  readonly after: string
  readonly cursor: number | null
}

/** The states in which an id may end. A clock that was set forward ends the time of all pending ids. */
const ends: Readonly<Record<Kind, ReadonlyArray<Entry["state"]>>> = {
  good: ["settled"],
  late: ["settled"],
  costless: ["settled"],
  never: ["notVisible"],
  forbidden: ["failed"],
  poison: ["failed"]
}

const eventCount = (events: ReadonlyArray<{ readonly id: string }>, id: string): number =>
  events.filter((event) => event.id === id).length

/** Returns the guarantees that a run has broken. */
export const check = (world: World) =>
  Effect.gen(function*() {
    const { acknowledged, database, kinds, plan, read, records, requests, rolledBack } = world
    const violations: Array<string> = []
    const expect = (condition: boolean, violation: () => string) => {
      if (!condition) violations.push(violation())
    }
    const count = (type: string) => plan.happenings.filter((happening) => happening.type === type).length
    const entries = new Map(
      [...yield* Stream.runCollect(Ledger.entries())].map((entry) => [entry.id, entry])
    )
    const { rows } = yield* Effect.promise(() =>
      database.execute("SELECT id, before, after, cursor FROM history ORDER BY n")
    )
    const changes = rows as unknown as ReadonlyArray<Change>
    const forgotten = new Set(changes.filter(({ after }) => after === "forgotten").map(({ id }) => id))
    const steps = plan.happenings.filter((happening) => happening.type === "step")
    const isUnconfirmed = plan.happenings.some((each) => each.type === "outage" && each.outage === "unconfirmed")
    const isSteppedForward = steps.some(({ millis }) => millis > 0)

    // 1. What was acknowledged is there, what was rolled back is not, and was never asked for.
    for (const id of acknowledged) expect(entries.has(id) || forgotten.has(id), () => `${id} is lost`)
    for (const id of rolledBack) {
      expect(!entries.has(id), () => `${id} was rolled back, and is there`)
      expect(requests.every((request) => request.id !== id), () => `${id} was rolled back, and was asked for`)
    }

    // 2. An outcome is written once.
    for (const { after, before, id } of changes) {
      const isRetry = after === "pending" && count("retry") > 0
      const isForgotten = after === "forgotten" && before !== "pending"
      expect(before === "pending" && after !== "forgotten" || isRetry || isForgotten, () =>
        `${id} was changed from ${before} to ${after}`)
    }

    // 3. Answered ids are asked for again only after a kill, a takeover or an outage.
    const interruptions = count("kill") + (count("freeze") + count("outage") + steps.length) * plan.workers
    const retries = changes.filter(({ after, before }) =>
      after === "pending" && before !== "pending"
    )
    const repeated = [...records.values()].reduce((sum, sent) => sum + sent - 1, 0)
    expect(repeated <= plan.options.concurrency * interruptions + retries.length, () =>
      `${repeated} records were sent again`)

    // 4. and 7. Every id comes to its end, whatever was killed, frozen or down.
    for (const entry of entries.values()) {
      const kind = kinds.get(entry.id) ?? "never"
      const isHeld = entry.state === "pending" && kind === "poison"
      const isExpired = isSteppedForward && (entry.state === "notVisible" || entry.state === "failed")
      expect(ends[kind].includes(entry.state) || isHeld || isExpired, () =>
        `${entry.id} (${kind}) is ${entry.state} (${entry.error?.message ?? ""})`)
      expect(entry.state === "settled" ? entry.error === null : entry.record === null, () =>
        `${entry.id} is mixed up`)
      const cost = kind === "costless" ? null : `${Number(entry.id.slice(4)) / 1000}`
      const actual = entry.cost === null ? null : Usage.formatUsd(entry.cost)
      expect(entry.state !== "settled" || actual === cost, () =>
        `${entry.id} costs ${actual}, not ${cost}`)
      // An outcome whose commit was not confirmed is written again. After a retry it counts again.
      const repeats = isUnconfirmed ? eventCount(retries, entry.id) : 0
      const asked = eventCount(requests, entry.id)
      expect(
        entry.attempts <= asked + repeats,
        () =>
          `${entry.id} has ${entry.attempts} attempts, but ${asked} requests`
      )
    }

    // 5. A follower has read each outcome that was not replaced or forgotten before.
    changes.forEach(({ cursor, id }, index) => {
      if (cursor === null) return
      const isReplaced = changes.slice(index + 1).some((later) => later.id === id && later.before !== "pending")
      expect(isReplaced || read.has(`${cursor} ${id}`), () => `the follower missed ${id} at ${cursor}`)
    })

    // 6. Totals are those of the records.
    const summary = yield* Ledger.summarize("model")
    const found = [...entries.values()].flatMap(({ record }) => record === null ? [] : [record])
    const expected = yield* Stream.run(Stream.fromIterable(found), Usage.summarize(() => "all"))
    const [total] = expected
    const sum = summary.reduce((sum, { count }) => sum + count, 0)
    expect(sum === (total?.count ?? 0), () => `the totals count ${sum} of ${total?.count ?? 0}`)

    // The rate limit of all workers holds, except for what a frozen worker sends late.
    const { rateLimit } = plan.options
    if (rateLimit !== undefined && count("freeze") + count("outage") + steps.length === 0 && plan.latency === 0) {
      requests.forEach(({ at }) => {
        const inWindow = requests.filter((other) => other.at >= at && other.at < at + rateLimit.window).length
        expect(inWindow <= 2 * rateLimit.limit, () => `${inWindow} requests in one window`)
      })
    }
    return violations
  })
