import type { OpenRouterEmulator } from "@effect-openrouter/emulator"
import type { Client } from "@libsql/client"
import type { Outage } from "./link.js"
import type { Kind, Plan } from "./plan.js"
import type { VirtualClock } from "./virtualTime.js"

/** What the model knows of a run. */
export interface World {
  readonly plan: Plan
  readonly clock: VirtualClock
  readonly emulator: typeof OpenRouterEmulator.Service
  readonly database: Client
  readonly kinds: Map<string, Kind>
  /** Ids whose `settle` has returned, and those whose transaction was rolled back. */
  readonly acknowledged: Set<string>
  readonly rolledBack: Set<string>
  /** The times of all requests, and the number of records that were sent for each id. */
  readonly requests: Array<{ readonly id: string; readonly at: number }>
  readonly records: Map<string, number>
  /** The outcomes that a follower of `changes` has read, as `cursor id`, and the cursor after which it goes on. */
  readonly read: Set<string>
  position: string | undefined
  outage: Outage | null
  readonly note: (text: string) => void
}
