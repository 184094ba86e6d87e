import type { Generation } from "@effect-openrouter/core/Generation"
import * as Array from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Endpoints } from "../endpoint.js"
import { data, error } from "../responses.js"
import type { Store } from "../store.js"
import { decodeQuery } from "./analyticsQuery.js"

/**
 * `POST /analytics/query`: metrics of the visible generations by at most two dimensions. With the dimension
 * `generation_id` it lists generations. A range has at most 31 days, and a response at most `limit` rows.
 */
export const analyticsEndpoints = (store: Store): Endpoints => ({
  "POST /api/v1/analytics/query": ({ body }) =>
    Option.match(decodeQuery(body), {
      onNone: () => Effect.succeed(error(400)),
      onSome: (query) =>
        Effect.zipWith(store.visible, Clock.currentTimeMillis, (entries, now) => {
          const end = query.time_range?.end ?? now
          const start = query.time_range?.start ?? end - maxRange
          if (start >= end || end - start > maxRange) return error(400, "The time range must be at most 31 days")
          const groups = Array.groupBy(
            entries.map(({ record }) => record).filter(({ createdAt }) =>
              createdAt !== null && createdAt.epochMillis >= start && createdAt.epochMillis < end
            ),
            (record) => JSON.stringify(query.dimensions.map((name) => dimensions[name](record)))
          )
          const rows = Object.values(groups).map((records) =>
            Object.fromEntries<unknown>([
              ...query.dimensions.map((name) => [name, dimensions[name](records[0])] as const),
              ...query.metrics.map((name) => [name, metrics[name](records)] as const)
            ])
          )
          const shown = rows.slice(0, query.limit)
          return data({
            data: shown,
            metadata: { query_time_ms: 1, row_count: shown.length, truncated: shown.length < rows.length }
          })
        })
    })
})

const maxRange = 31 * 86_400_000

const dimensions = {
  generation_id: ({ id }: Generation) => id,
  model: ({ model }: Generation) => model,
  provider: ({ providerName }: Generation) => providerName
}

const total = (value: (record: Generation) => number | null) => (records: ReadonlyArray<Generation>) =>
  records.reduce((sum, record) => sum + (value(record) ?? 0), 0)

/** Counts come as text, sums of money as numbers. */
const metrics = {
  request_count: (records: ReadonlyArray<Generation>) => String(records.length),
  credits_usage: total(({ totalCost }) => totalCost),
  total_usage: total(({ isByok, totalCost, upstreamInferenceCost }) =>
    (totalCost ?? 0) + (isByok === true ? upstreamInferenceCost ?? 0 : 0)
  )
}
