import type { Ledger } from "@effect-openrouter/ledger"
import { Effect, Layer } from "effect"

/** There is no `LedgerEmbedded`. */
export const embedded = (_options: { readonly filename: string }): Layer.Layer<Ledger> =>
  Layer.unwrap(Effect.die(new Error("There is no LedgerEmbedded for Effect 4")))
