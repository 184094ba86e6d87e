interface Listening {
  readonly runs: Set<() => void>
  readonly abort: () => void
}

const listening = new WeakMap<AbortSignal, Listening>()

/**
 * Runs a function when a signal is aborted, at once if it already is. Returns a function that removes it. A signal gets one
 * listener for all calls, because Node.js warns of more than ten.
 */
export const onAbort = (signal: AbortSignal, run: () => void): () => void => {
  if (signal.aborted) {
    run()
    return () => {}
  }
  const { abort, runs } = listening.get(signal) ?? listen(signal)
  runs.add(run)
  return () => {
    runs.delete(run)
    if (runs.size > 0) return
    signal.removeEventListener("abort", abort)
    listening.delete(signal)
  }
}

const listen = (signal: AbortSignal): Listening => {
  const runs = new Set<() => void>()
  const abort = () => runs.forEach((run) => run())
  signal.addEventListener("abort", abort, { once: true })
  listening.set(signal, { runs, abort })
  return { runs, abort }
}
