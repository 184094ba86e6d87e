import type * as Headers from "@effect/platform/Headers"
import type { TransportSettings } from "./transport.js"

/** The number of characters of a body that an error keeps. */
export const maxErrorBody = 65_536

/** Returns `true` if a status is a success: any 2XX. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Returns `true` once no more of a body is read: a success has a limit of bytes, a failure of characters. */
export const exceedsLimit = (status: number, settings: TransportSettings, bytes: number, characters: number): boolean =>
  isSuccess(status) ? bytes > settings.maxBodySize : characters > maxErrorBody

/**
 * Returns `true` if the body of a success is known to be within the limit. HTTP holds a body to its `Content-Length`,
 * except for one that is compressed and grows when it is read.
 */
export const fitsLimit = (headers: Headers.Headers, { maxBodySize }: TransportSettings): boolean => {
  const length = headers["content-length"]
  return length !== undefined && headers["content-encoding"] === undefined && /^\d+$/.test(length) &&
    Number(length) <= maxBodySize
}
