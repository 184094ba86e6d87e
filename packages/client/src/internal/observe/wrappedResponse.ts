import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import { ResponseHead } from "./responseHead.js"

/** A response of an `HttpClient`. */
export type Response = HttpClientResponse.HttpClientResponse

/** A response that has the head of another one. What reads its body is left to subclasses. */
export abstract class WrappedResponse extends ResponseHead implements Response {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  protected readonly original: Response

  constructor(original: Response) {
    super()
    this.original = original
  }

  abstract get stream(): Response["stream"]
  abstract get text(): Response["text"]
  abstract get json(): Response["json"]
  abstract get urlParamsBody(): Response["urlParamsBody"]
  abstract get formData(): Response["formData"]
  abstract get arrayBuffer(): Response["arrayBuffer"]

  get request() {
    return this.original.request
  }

  get status() {
    return this.original.status
  }

  get headers() {
    return this.original.headers
  }

  get cookies() {
    return this.original.cookies
  }

  get remoteAddress() {
    return this.original.remoteAddress
  }

  toJSON(): unknown {
    return this.original.toJSON()
  }
}
