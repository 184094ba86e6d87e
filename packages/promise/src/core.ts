/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A client for the standalone functions, under the file name that OpenRouter's own client gives it.
 */
import { makeCalls } from "./internal/calls.js"
import { callsByClient } from "./internal/callsByClient.js"
import type { SDKOptions } from "./SDKOptions.js"

/**
 * A client for the standalone functions, such as `generationsGetGeneration`. An invalid option fails each call with an
 * `InvalidRequestError`. `await using`, or a call of `[Symbol.asyncDispose]`, closes the client: calls in flight and all later
 * calls end with a `RequestAbortedError`. A client that is not closed keeps no process alive.
 */
export class OpenRouterCore implements AsyncDisposable {
  constructor(options?: SDKOptions | null) {
    callsByClient.set(this, makeCalls(options))
  }

  /** Ends the calls in flight and closes the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await callsByClient.get(this)?.close()
  }
}
