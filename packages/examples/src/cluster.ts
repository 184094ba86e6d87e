/**
 * The worker of a ledger as a Singleton of a cluster, for a team that has a cluster: one of its runners has the worker, and
 * another one takes it over when that runner stops. The ledger itself needs no cluster: any number of workers is correct.
 */
import { LedgerWorker } from "@effect-openrouter/ledger"
import * as Singleton from "@effect/cluster/Singleton"
import { Layer } from "effect"

/** The worker. It needs a `Sharding`, a `Ledger` with its `SqlClient`, and `Generations`. */
export const LedgerSingleton = Singleton.make("openrouter-ledger", Layer.launch(LedgerWorker.layer()))
