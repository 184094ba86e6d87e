import type { RequestOptions as Overrides } from "@effect-openrouter/client/RequestOptions"
import * as Check from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type { GenerationsService } from "@effect-openrouter/generations/Generations"
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import type { CallError } from "../CallError.js"
import type { OpenRouterCore } from "../core.js"
import { RequestAbortedError } from "../RequestAbortedError.js"
import type { RequestOptions } from "../RequestOptions.js"
import type { Attribution } from "../requests.js"
import type { Result } from "../Result.js"
import type { Call } from "./calls.js"
import { callsByClient } from "./callsByClient.js"
import { onAbort } from "./onAbort.js"

/** Runs a call of a client, and returns its end as a result. Never rejects, whatever it is given. */
export const call = async <Request extends Attribution, Name extends keyof Request & string, A>(
  client: OpenRouterCore,
  request: Request | null | undefined,
  options: RequestOptions | null | undefined,
  names: ReadonlyArray<Name>,
  run: Run<Request, Name, A>
): Promise<Result<A, CallError>> => {
  const place = new Error()
  try {
    const checked = Either.map(
      Check.readOptions("request", request, [...names, "httpReferer", "appTitle", "appCategories"]),
      (given): Call<A> => ({
        attribution: given,
        run: (generations, options) => run(generations, given, options)
      })
    )
    const signal = Either.flatMap(Check.readOptions("options", options, ["signal", "fetchOptions"]), checkSignal)
    const exit = Either.isLeft(signal)
      ? Exit.fail(signal.left)
      : await start(client, checked, options, signal.right)
    return Exit.isSuccess(exit)
      ? { ok: true, value: exit.value }
      : { ok: false, error: at(place, toCallError(exit.cause, Either.getOrUndefined(signal))) }
  } catch (defect) {
    return { ok: false, error: defect as CallError }
  }
}

/** Runs a call of the service with the fields of its request. */
export interface Run<Request, Name extends keyof Request, A> {
  (
    generations: GenerationsService,
    request: { readonly [N in Name]: Exclude<Request[N], null | undefined> | undefined },
    options: Overrides
  ): Effect.Effect<A, OpenRouterError>
}

const start = <A>(
  client: OpenRouterCore,
  call: Check.Checked<Call<A>>,
  options: RequestOptions | null | undefined,
  signal: AbortSignal | undefined
): Exit.Exit<A, CallError> | Promise<Exit.Exit<A, CallError>> => {
  const calls = callsByClient.get(client)
  if (calls === undefined) {
    return Exit.fail(
      new InvalidRequestError({ field: "client", message: "client must be an OpenRouterCore of this package" })
    )
  }
  return new Promise((resolve) => {
    const fiber = calls.start(call, options)
    const stopListening = signal && onAbort(signal, () => fiber.unsafeInterruptAsFork(FiberId.none))
    fiber.addObserver((exit) => {
      stopListening?.()
      resolve(exit)
    })
  })
}

const checkSignal = (
  { fetchOptions, signal }: Pick<RequestOptions, "signal" | "fetchOptions">
): Check.Checked<AbortSignal | undefined> =>
  Check.guard("signal", () => {
    const given = signal ?? fetchOptions?.signal ?? undefined
    return given === undefined || typeof given.addEventListener === "function"
      ? Either.right(given)
      : Check.reject("signal", "an AbortSignal")
  })

// Any error that is not a `CallError` is a defect: of this library, or of a function that it was given.
const toCallError = (cause: Cause.Cause<CallError>, signal: AbortSignal | undefined): CallError => {
  if (!Cause.isInterruptedOnly(cause)) return Cause.squash(cause) as CallError
  return signal?.aborted === true
    ? new RequestAbortedError({ message: "the call was aborted by its signal", cause: signal.reason })
    : new RequestAbortedError({ message: "the client was closed", cause: undefined })
}

/** Replaces the stack of a fiber, which does not name the program, by the place where the call was made. A defect keeps its own. */
const at = (place: Error, error: CallError): CallError => {
  if (isTagged(error)) error.stack = `${error.name}: ${error.message}\n${place.stack?.replace(/^Error.*\n/, "")}`
  return error
}

const isTagged = (error: unknown) => error instanceof Error && "_tag" in error
