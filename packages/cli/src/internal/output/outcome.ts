import type { Settlement } from "@effect-openrouter/generations/Settlement"
import * as Effect from "effect/Effect"
import { ExitCode, Stop } from "./exit.js"

/** How many settlements there were of each kind. */
export class Outcome {
  settled = 0
  notVisible = 0
  failed = 0

  add({ _tag }: Settlement): void {
    if (_tag === "Settled") this.settled++
    else if (_tag === "NotVisible") this.notVisible++
    else this.failed++
  }

  /** Ends the command with the code that says the worst of it. */
  readonly exit: Effect.Effect<void, Stop> = Effect.suspend(() => {
    if (this.failed > 0) return new Stop({ code: ExitCode.failed })
    return this.notVisible > 0 ? new Stop({ code: ExitCode.notVisible }) : Effect.void
  })
}
