/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A client for the standalone functions, under the file name that OpenRouter's own client gives it.
 */
import { makeCalls } from "./internal/calls.js"
import { callsOf } from "./internal/callsOf.js"
import type { SDKOptions } from "./SDKOptions.js"

/**
 * A client for the standalone functions, such as `generationsGetGeneration`. Bad options fail each call with an
 * `InvalidRequestError`. It has a runtime of its own, which `await using`, or a call of `[Symbol.asyncDispose]`, closes:
 * calls in flight then end with a `RequestAbortedError`, and so does every later one. One that is not closed keeps no
 * process alive.
 */
export class OpenRouterCore implements AsyncDisposable {
  constructor(options: SDKOptions = {}) {
    callsOf.set(this, makeCalls(options))
  }

  /** Ends the calls in flight and closes the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await callsOf.get(this)?.close()
  }
}
