import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Usage from "@effect-openrouter/core/Usage"
import type { Settlement } from "@effect-openrouter/generations/Settlement"
import { advice, failureKind } from "./advice.js"
import { ExitCode } from "./exit.js"
import { plural } from "./format.js"
import { printable } from "./printable.js"

/** Failures of one kind. */
export interface Failures {
  readonly kind: string
  readonly count: number
  /** The id of the first of them. */
  readonly example: string
  readonly message: string
  readonly advice: string
}

/** Counts the settlements of ids by their kind. */
export class Outcome {
  settled = 0
  notVisible = 0
  failed = 0
  /** The settled ones whose cost is not known yet. */
  costUnknown = 0
  readonly #failures = new Map<string, Failures>()

  /** `key` is the fingerprint of the key, for the advice. */
  add(settlement: Settlement, key: string): void {
    if (settlement._tag === "Settled") {
      this.settled++
      if (!Usage.isCostKnown(settlement.generation)) this.costUnknown++
    } else if (settlement._tag === "NotVisible") this.notVisible++
    else {
      this.failed++
      this.#addFailure(settlement.id, settlement.error, key)
    }
  }

  #addFailure(id: string, error: OpenRouterError, key: string): void {
    const kind = failureKind(error)
    const advised = advice(error, key)
    const group = `${kind} ${advised}`
    const { count, ...first } = this.#failures.get(group) ??
      { kind, count: 0, example: id, message: error.message, advice: advised }
    this.#failures.set(group, { ...first, count: count + 1 })
  }

  /** True if ids were not visible and none was settled, as with a wrong base URL. */
  get foundNothing(): boolean {
    return this.notVisible > 0 && this.settled === 0
  }

  /** True if nothing was counted. */
  get isEmpty(): boolean {
    return this.settled + this.notVisible + this.failed === 0
  }

  /** The failures by kind, the most frequent kind first. */
  get failures(): ReadonlyArray<Failures> {
    return [...this.#failures.values()].toSorted((one, other) => other.count - one.count)
  }

  /** The failures by kind as text: count, example and advice. */
  get failuresView(): string {
    return this.failures.map(({ advice, count, example, kind, message }) =>
      `${plural(count, "failure")}: ${kind}, such as ${printable(example)}: ${printable(message)}\n  ${advice}\n`
    ).join("")
  }

  /** Returns the exit code for the worst of it. A record without a cost is not finished if one is needed. */
  exitCode(isCostNeeded: boolean): number {
    if (this.failed > 0) return ExitCode.failed
    const unfinished = this.notVisible + (isCostNeeded ? this.costUnknown : 0)
    return unfinished > 0 ? ExitCode.notFinished : ExitCode.allSettled
  }
}
