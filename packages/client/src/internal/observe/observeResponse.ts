import type { Observation } from "./observation.js"

/**
 * Returns the same response, whose body is watched as it is read. A response of a class that is not like that of fetch is
 * returned as it is. `signal` is that of the request.
 */
export const observeResponse = (
  response: Response,
  observation: Observation,
  signal: AbortSignal | null | undefined
): Response => {
  const { body, headers, status, statusText } = response
  if (body === null) observation.end("ended")
  if (typeof body?.getReader !== "function" || response.bodyUsed) return response
  const Class = response.constructor as typeof Response
  const observed = new Class(observeBody(response, body, observation, signal), { headers, status, statusText })
  return typeof observed.body?.getReader === "function" ? likeOriginal(observed, response) : response
}

/** Gives a response, and its clones, what a constructor cannot set. */
const likeOriginal = (observed: Response, original: Response): Response => {
  const { headers, redirected, type, url } = original
  const clone = observed.clone.bind(observed)
  return Object.defineProperties(observed, {
    headers: { value: headers, configurable: true },
    redirected: { value: redirected, configurable: true },
    type: { value: type, configurable: true },
    url: { value: url, configurable: true },
    clone: { value: () => likeOriginal(clone(), original), configurable: true, writable: true }
  })
}

type Part = Uint8Array<ArrayBuffer>

/**
 * A stream of the same parts, at the same time: a part is asked for when the caller asks for one, and none is kept. The
 * original response is held, because a fetch may cancel the body of a response that nobody holds.
 */
const observeBody = (
  response: Response,
  body: ReadableStream<Part>,
  observation: Observation,
  signal: AbortSignal | null | undefined
): ReadableStream<Part> => {
  // An abort may come before the first read. The body stays unlocked until then, so that a fetch can free one that nobody
  // reads; a signal that lives on holds no more than a weak reference.
  const watched = new WeakRef(observation)
  const onAbort = () => watched.deref()?.end("stopped")
  signal?.addEventListener("abort", onAbort, { once: true })
  const ignoreSignal = () => signal?.removeEventListener("abort", onAbort)

  let reader: ReadableStreamDefaultReader<Part> | undefined
  let isReading = false
  let isOver = false
  /** The end or failure of the body during a read whose part has not been passed on yet. */
  let afterRead: (() => void) | undefined

  const finish = (how: () => void) => {
    if (isReading) afterRead = how
    else how()
  }
  const open = (controller: ReadableStreamController<Part>) => {
    ignoreSignal()
    const opened = body.getReader()
    // An end, a failure or an abort may come while the caller is not reading.
    opened.closed.then(
      () => finish(() => end(controller)),
      (error) => finish(() => fail(controller, error))
    )
    return opened
  }
  const end = (controller: ReadableStreamController<Part>) => {
    if (isOver) return
    isOver = true
    observation.end("ended")
    controller.close()
    if ("byobRequest" in controller) controller.byobRequest?.respond(0)
  }
  const fail = (controller: ReadableStreamController<Part>, error: unknown) => {
    if (isOver) return
    isOver = true
    observation.end("stopped")
    controller.error(error)
  }

  const source = {
    pull: async (controller: ReadableStreamController<Part>) => {
      reader ??= open(controller)
      isReading = true
      try {
        const { done, value } = await reader.read()
        if (done) end(controller)
        else if (!isOver) {
          observation.write(value)
          controller.enqueue(value)
        }
      } catch (error) {
        fail(controller, error)
      } finally {
        isReading = false
        afterRead?.()
      }
    },
    cancel: (reason: unknown) => {
      isOver = true
      ignoreSignal()
      observation.end("stopped")
      return (reader ?? response.body)?.cancel(reason)
    }
  }
  return isByteStream(body)
    ? new ReadableStream({ ...source, type: "bytes" })
    : new ReadableStream<Part>(source, { highWaterMark: 0 })
}

const isByteStream = (body: ReadableStream): boolean => {
  try {
    body.getReader({ mode: "byob" }).releaseLock()
    return true
  } catch {
    return false
  }
}
