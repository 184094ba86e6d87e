// The options and requests of OpenRouter's own client are accepted by the types of this package, too.
import type * as Ours from "@effect-openrouter/promise"
import { assert, it } from "@effect/vitest"
import type * as Theirs from "@openrouter/sdk"
import type { HTTPClient as TheirHTTPClient } from "@openrouter/sdk/lib/http.js"
import type { RetryConfig as TheirRetryConfig } from "@openrouter/sdk/lib/retries.js"
import type { RequestOptions as TheirRequestOptions } from "@openrouter/sdk/lib/sdks.js"
import type * as TheirRequests from "@openrouter/sdk/models/operations"

it("types of OpenRouter's own client are accepted", () => {
  const accepted: {
    readonly options: (options: Theirs.SDKOptions) => Ours.SDKOptions
    readonly call: (options: TheirRequestOptions) => Ours.RequestOptions
    readonly retries: (retries: TheirRetryConfig) => Ours.RetryConfig
    readonly httpClient: (client: TheirHTTPClient) => Ours.SDKOptions["httpClient"]
    readonly get: (request: TheirRequests.GetGenerationRequest) => Ours.GetGenerationRequest
    readonly content: (request: TheirRequests.ListGenerationContentRequest) => Ours.ListGenerationContentRequest
  } = {
    options: (options) => options,
    call: (options) => options,
    retries: (retries) => retries,
    httpClient: (client) => client,
    get: (request) => request,
    content: (request) => request
  }
  assert.isObject(accepted)
})
