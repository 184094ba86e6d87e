/** A listener that never throws, and whose promise never rejects unhandled. */
export const ignoreFailure = <A>(listener: ((value: A) => unknown) | undefined) => (value: A): void => {
  try {
    const result = listener?.(value)
    if (isThenable(result)) Promise.resolve(result).then(undefined, () => {})
  } catch {
    // A listener that fails changes nothing for the caller.
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === "object" || typeof value === "function") && value !== null && "then" in value
