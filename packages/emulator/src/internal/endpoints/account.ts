import type { Generation } from "@effect-openrouter/core/Generation"
import * as Array from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { withoutDate } from "../catalog.js"
import type { Endpoints } from "../endpoint.js"
import { data, error } from "../responses.js"
import * as Seeded from "../seeded.js"
import type { Store } from "../store.js"

/** Money: of the key, of the account, and by day. Every record counts, visible or not. */
export const accountEndpoints = (store: Store): Endpoints => {
  const records = Effect.map(store.all, (entries) => entries.map(({ record }) => record))

  return {
    "GET /api/v1/credits": () =>
      Effect.map(records, (records) => {
        const total_usage = sumOfCosts(records)
        return data({ total_credits: Math.max(100, Math.ceil(total_usage)), total_usage })
      }),

    "GET /api/v1/key": () =>
      Effect.zipWith(records, Clock.currentTimeMillis, (records, now) => {
        const today = startOfDay(now)
        const date = new Date(today)
        const monday = today - (date.getUTCDay() + 6) % 7 * day
        const firstOfMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
        const since = (start: number) =>
          records.filter(({ createdAt }) =>
            createdAt !== null && createdAt.epochMillis >= start && createdAt.epochMillis < today + day
          )
        return data({
          allowed_data_regions: ["global"],
          byok_usage: sumOfByok(records),
          byok_usage_daily: sumOfByok(since(today)),
          byok_usage_monthly: sumOfByok(since(firstOfMonth)),
          byok_usage_weekly: sumOfByok(since(monday)),
          creator_user_id: null,
          expires_at: null,
          free_model_daily_requests: { limit: 50, remaining: 50, used: 0 },
          include_byok_in_limit: false,
          is_free_tier: false,
          is_management_key: true,
          is_provisioning_key: true,
          label: "sk-or-v1-emu...tor",
          limit: null,
          limit_remaining: null,
          limit_reset: null,
          organization_id: null,
          rate_limit: { interval: "10s", note: "This field is deprecated and safe to ignore.", requests: -1 },
          usage: sumOfCosts(records),
          usage_daily: sumOfCosts(since(today)),
          usage_monthly: sumOfCosts(since(firstOfMonth)),
          usage_weekly: sumOfCosts(since(monday)),
          workspace_id: null
        })
      }),

    "GET /api/v1/activity": ({ query }) =>
      Effect.zipWith(records, Clock.currentTimeMillis, (records, now) => {
        const today = startOfDay(now)
        const from = today - 30 * day
        const asked = query.get("date")
        const askedDay = asked === null ? null : Date.parse(`${asked}T00:00:00Z`)
        if (askedDay !== null && !(askedDay >= from && askedDay < today)) {
          return error(400, "Date must be within the last 30 (completed) UTC days")
        }
        const rows = Array.groupBy(
          records.filter(({ createdAt }) => {
            if (createdAt === null) return false
            const at = startOfDay(createdAt.epochMillis)
            return askedDay === null ? at >= from && at < today : at === askedDay
          }),
          ({ createdAt, model, providerName }) => JSON.stringify([isoDay(createdAt), model ?? "", providerName ?? ""])
        )
        return data(Object.values(rows).map(activityRow).toSorted((a, b) => b.date.localeCompare(a.date)))
      })
  }
}

const day = 86_400_000

const startOfDay = (time: number): number => Math.floor(time / day) * day

const isoDay = (createdAt: Generation["createdAt"]): string =>
  createdAt === null ? "" : new Date(createdAt.epochMillis).toISOString().slice(0, 10)

const activityRow = (records: Array.NonEmptyReadonlyArray<Generation>) => {
  const [first] = records
  const permaslug = first.model ?? ""
  const provider = first.providerName ?? ""
  return {
    byok_usage_inference: sumOfByok(records),
    completion_tokens: sum(records, ({ nativeTokensCompletion }) => nativeTokensCompletion),
    date: isoDay(first.createdAt),
    endpoint_id: Seeded.uuid(`${provider}/${permaslug}`),
    model: withoutDate(permaslug),
    model_permaslug: permaslug,
    prompt_tokens: sum(records, ({ nativeTokensPrompt }) => nativeTokensPrompt),
    provider_name: provider,
    reasoning_tokens: sum(records, ({ nativeTokensReasoning }) => nativeTokensReasoning),
    requests: records.length,
    usage: sumOfCosts(records)
  }
}

/** The exact sum, as the nearest number. What is unknown adds nothing. */
const sum = (records: ReadonlyArray<Generation>, value: (record: Generation) => number | null): number =>
  BigDecimal.unsafeToNumber(
    BigDecimal.sumAll(records.map((record) => BigDecimal.unsafeFromNumber(value(record) ?? 0)))
  )

const sumOfCosts = (records: ReadonlyArray<Generation>) => sum(records, ({ totalCost }) => totalCost)

/** The charges of providers to the caller's own keys. */
const sumOfByok = (records: ReadonlyArray<Generation>) =>
  sum(records, ({ isByok, upstreamInferenceCost }) => isByok === true ? upstreamInferenceCost : 0)
