import * as BigDecimal from "effect/BigDecimal"
import type { Group, KeyName, KeyValue } from "./grouping.js"

/** A group of a report, and the same group of the other file if two are compared. */
export interface ComparedGroup {
  readonly group: Group
  /** `null` without a comparison. */
  readonly other: { readonly group: Group; readonly difference: BigDecimal.BigDecimal } | null
}

/** Returns groups without a comparison. */
export const alone = (groups: ReadonlyArray<Group>): ReadonlyArray<ComparedGroup> =>
  groups.map((group) => ({ group, other: null }))

/** Returns the groups of both files, with the cost in this one minus the cost in the other. */
export const compare = (
  groups: ReadonlyArray<Group>,
  others: ReadonlyArray<Group>
): ReadonlyArray<ComparedGroup> => {
  const otherByKey = new Map(others.map((group) => [JSON.stringify(group.key), group]))
  const keys = new Set(groups.map(({ key }) => JSON.stringify(key)))
  const onlyThere = others.filter(({ key }) => !keys.has(JSON.stringify(key))).map(({ key }) => empty(key))
  return [...groups, ...onlyThere].map((group) => {
    const other = otherByKey.get(JSON.stringify(group.key)) ?? empty(group.key)
    return {
      group,
      other: { group: other, difference: BigDecimal.subtract(group.cost.effective, other.cost.effective) }
    }
  })
}

const zero = BigDecimal.fromBigInt(0n)

/** Returns the totals of no generation. */
export const empty = (key: ReadonlyArray<KeyValue>): Group => ({
  key,
  count: 0,
  cost: { effective: zero, credits: zero, byok: zero, known: 0, unknown: 0 },
  tokens: { prompt: null, completion: null, cached: null, reasoning: null },
  tokensPerSecond: null,
  tokensPerSecondAfterFirstToken: null,
  timeToFirstToken: null,
  failedAttempts: 0
})

/** Returns the groups in order: by each key in turn, days by date, everything else by cost, the highest first. */
export const inOrder = (
  names: ReadonlyArray<KeyName>,
  groups: ReadonlyArray<ComparedGroup>
): ReadonlyArray<ComparedGroup> => {
  const costs = new Map<string, BigDecimal.BigDecimal>()
  const prefix = ({ group }: ComparedGroup, length: number) => JSON.stringify(group.key.slice(0, length))
  for (const each of groups) {
    for (const length of names.map((_, index) => index + 1)) {
      const key = prefix(each, length)
      costs.set(key, BigDecimal.sum(costs.get(key) ?? zero, each.group.cost.effective))
    }
  }
  const cost = (group: ComparedGroup, length: number) => costs.get(prefix(group, length)) ?? zero
  return groups.toSorted((one, other) => {
    for (const [index, name] of names.entries()) {
      const first = String(one.group.key[index] ?? "")
      const second = String(other.group.key[index] ?? "")
      if (first === second) continue
      const byCost = name === "day" ? 0 : BigDecimal.Order(cost(other, index + 1), cost(one, index + 1))
      return byCost || (first < second ? -1 : 1)
    }
    return 0
  })
}
