import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as Inspectable from "effect/Inspectable"

/** The error of a body that broke off. */
export type BodyError = HttpClientError.ResponseError

/** A response that has the head of another one: the parts that differ between the majors of Effect. */
export const ResponseHead = Inspectable.Class
