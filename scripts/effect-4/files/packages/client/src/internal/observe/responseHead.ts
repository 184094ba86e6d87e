import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Inspectable from "effect/Inspectable"
import { pipeArguments } from "effect/Pipeable"

/** The error of a body that broke off. */
export type BodyError = HttpClientError.HttpClientError

/** A response that has the head of another one: the parts that differ between the majors of Effect. */
export abstract class ResponseHead extends Inspectable.Class {
  protected abstract readonly original: HttpClientResponse.HttpClientResponse

  get url() {
    return this.original.url
  }

  get upgrade() {
    return this.original.upgrade
  }

  pipe() {
    return pipeArguments(this, arguments)
  }
}
