// Many seeds of the simulation. LEDGER_SEEDS=100000 runs more of them.
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { checkSeeds } from "../simulation/checkSeeds.js"

describe("simulation", () => {
  it.live("keeps all guarantees for many seeds", () => Effect.asVoid(checkSeeds(1000)), 24 * 3_600_000)
})
