import type * as LedgerEmbedded from "@effect-openrouter/ledger/LedgerEmbedded"
import { assert, describe, it } from "@effect-openrouter/testing"
import { Effect } from "effect"

describe("LedgerEmbedded", () => {
  it.live("cannot be imported, and says what to use instead", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.tryPromise(() => import("@effect-openrouter/ledger/LedgerEmbedded")))
      type Options = Parameters<typeof LedgerEmbedded.layer>[0]
      // A type error names the type of the parameter.
      const words: Options extends `${string} Effect 4: use ${string}` ? true : never = true
      assert.isTrue(words)
      assert.match(String(error.cause), /not available for Effect 4.*PgClient.layer.*@effect-openrouter\/ledger@3/)
    }))
})
