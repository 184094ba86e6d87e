import { maxErrorBody } from "../transport/bodyLimit.js"

/** Returns the part of a body that an error keeps, as a copy: a slice would keep the whole body in memory. */
export const truncate = (text: string): string =>
  text.length <= maxErrorBody ? text : ` ${text.slice(0, maxErrorBody)}`.slice(1)
