import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import type { CallError } from "../CallError.js"
import type { OpenRouterCore } from "../core.js"
import { RequestAbortedError } from "../RequestAbortedError.js"
import type { RequestOptions } from "../RequestOptions.js"
import type { Attribution } from "../requests.js"
import type { Result } from "../Result.js"
import type { Ask } from "./calls.js"
import { callsOf } from "./callsOf.js"
import { onAbort } from "./onAbort.js"

/** Asks a client, and gives the end of it as a result. Never rejects, whatever it is given. */
export const call = async <A>(
  client: OpenRouterCore,
  request: Attribution,
  options: RequestOptions | undefined,
  ask: Ask<A>
): Promise<Result<A, CallError>> => {
  const place = new Error()
  try {
    const exit = await run(client, request, options, ask)
    return Exit.isSuccess(exit)
      ? { ok: true, value: exit.value }
      : { ok: false, error: at(place, errorOf(exit.cause, signalOf(options))) }
  } catch (defect) {
    return { ok: false, error: defect as CallError }
  }
}

const run = <A>(
  client: OpenRouterCore,
  request: Attribution,
  options: RequestOptions | undefined,
  ask: Ask<A>
): Exit.Exit<A, CallError> | Promise<Exit.Exit<A, CallError>> => {
  const calls = callsOf.get(client)
  if (calls === undefined) {
    return Exit.fail(
      new InvalidRequestError({ field: "client", message: "client must be an OpenRouterCore of this package" })
    )
  }
  const signal = signalOf(options)
  if (signal !== undefined && typeof signal.addEventListener !== "function") {
    return Exit.fail(new InvalidRequestError({ field: "signal", message: "signal must be an AbortSignal" }))
  }
  return new Promise((resolve) => {
    const fiber = calls.start(request, options, ask)
    const stopListening = signal && onAbort(signal, () => fiber.unsafeInterruptAsFork(FiberId.none))
    fiber.addObserver((exit) => {
      stopListening?.()
      resolve(exit)
    })
  })
}

const signalOf = (options: RequestOptions | undefined): AbortSignal | undefined =>
  options?.signal ?? options?.fetchOptions?.signal ?? undefined

// What is no `CallError` is a defect: of this library, or of what it was given.
const errorOf = (cause: Cause.Cause<CallError>, signal: AbortSignal | undefined): CallError => {
  if (!Cause.isInterruptedOnly(cause)) return Cause.squash(cause) as CallError
  return signal?.aborted === true
    ? new RequestAbortedError({ message: "the call was aborted by its signal", cause: signal.reason })
    : new RequestAbortedError({ message: "the client was closed", cause: undefined })
}

/** A fiber's stack says nothing of the program: what helps is the place where the call was made. A defect keeps its own. */
const at = (place: Error, error: CallError): CallError => {
  if (isTagged(error)) error.stack = `${error.name}: ${error.message}\n${place.stack?.replace(/^Error.*\n/, "")}`
  return error
}

const isTagged = (error: unknown) => error instanceof Error && "_tag" in error
