interface Listening {
  readonly runs: Set<() => void>
  readonly abort: () => void
}

const listening = new WeakMap<AbortSignal, Listening>()

/**
 * Runs a function when a signal is aborted, at once if it already is; what is given back takes it off again. A signal is
 * listened to once, for however many calls: Node warns of more than ten listeners.
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
