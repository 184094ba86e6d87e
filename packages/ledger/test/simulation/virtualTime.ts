import { Clock, Duration, Effect, Exit } from "effect"
import { runInMicrotasks } from "./microtasks.js"

interface Timer {
  readonly at: number
  readonly wake: () => void
}

/** The wall clock begins here. */
const epoch = Date.parse("2026-11-25T16:00:00.000Z")

/**
 * A clock whose time jumps to the next timer as soon as all work before it has ended, so that a run depends on nothing but
 * its inputs. `TestClock` waits for several milliseconds of real time before each timer.
 */
export class VirtualClock {
  private readonly timers: Array<Timer> = []
  /** Milliseconds since the beginning, which `stepBy` does not change. */
  elapsed = 0
  private wallOffset = epoch

  /** The time of the wall clock, in milliseconds since 1970. */
  readonly wallTime = (): number => this.wallOffset + this.elapsed

  /** The clock for Effect. */
  readonly clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    sleep: (duration) => this.sleep(duration),
    unsafeCurrentTimeMillis: this.wallTime,
    unsafeCurrentTimeNanos: () => BigInt(this.elapsed) * 1_000_000n,
    currentTimeMillis: Effect.sync(this.wallTime),
    currentTimeNanos: Effect.sync(() => BigInt(this.elapsed) * 1_000_000n)
  }

  /** Sets the wall clock forward or back. */
  stepBy(millis: number): void {
    this.wallOffset += millis
  }

  private sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      // Real timers take whole milliseconds too.
      const millis = Math.max(Math.ceil(Duration.toMillis(duration)), 1)
      const timer = { at: this.elapsed + millis, wake: () => resume(Effect.void) }
      this.add(timer)
      return Effect.sync(() => {
        const index = this.timers.indexOf(timer)
        if (index >= 0) this.timers.splice(index, 1)
      })
    })
  }

  /** Resolves after a time on this clock. */
  readonly wait = (millis: number): Promise<void> =>
    millis === 0
      ? Promise.resolve()
      : new Promise((wake) => this.add({ at: this.elapsed + millis, wake }))

  /** Wakes the next timer. Returns `false` if there is none. */
  advance(): boolean {
    const timer = this.timers.shift()
    if (timer === undefined) return false
    this.elapsed = timer.at
    timer.wake()
    return true
  }

  /** Adds a timer after those of the same time. */
  private add(timer: Timer): void {
    const index = this.timers.findLastIndex(({ at }) => at <= timer.at)
    this.timers.splice(index + 1, 0, timer)
  }
}

/** Timers of one run. A usual one has a few hundred. */
const maxTurns = 20_000

/**
 * Runs an effect, and everything that it forks, in virtual time. The scheduler uses microtasks only, and so does a libsql
 * database in memory: one turn of the event loop ends all work before the next timer.
 */
export const runInVirtualTime = <A, E>(
  clock: VirtualClock,
  effect: Effect.Effect<A, E>
): Promise<Exit.Exit<A, E>> => {
  const fiber = runInMicrotasks(Effect.withClock(effect, clock.clock))
  return new Promise((resolve) => {
    const turn = (left: number) => {
      const exit = fiber.unsafePoll() ?? null
      if (exit !== null) resolve(exit)
      else if (left > 0 && clock.advance()) setImmediate(turn, left - 1)
      else resolve(Exit.die(new Error("The run does not come to an end")))
    }
    setImmediate(turn, maxTurns)
  })
}
