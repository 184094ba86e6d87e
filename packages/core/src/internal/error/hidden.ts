/**
 * The printed form of errors: the stack trace, without fields that may hold a user's text.
 */

import { NodeInspectSymbol } from "effect/Inspectable"

/**
 * Makes fields of the errors of a class non-enumerable. Loggers, `util.inspect`, `JSON.stringify` and error trackers print
 * enumerable fields only, and a response body may hold a user's prompt. The fields are set by assignment in the
 * constructor of `Data.Error`, so a setter of the prototype sees each one. `util.inspect` with `showHidden`, which is the
 * `%o` of `console.log`, would print them all the same: the errors are printed without that option.
 */
export const hideFields = (prototype: object, names: ReadonlyArray<string>): void => {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, enumerable: false })
      }
    })
  }
  printStack(prototype)
}

/**
 * Makes `console.log` and `util.inspect` print the errors of a class as Node.js prints an error: the stack trace, then the
 * enumerable fields. Some versions of Effect print the fields only.
 */
export const printStack = (prototype: object): void => {
  Object.defineProperty(prototype, NodeInspectSymbol, {
    value(this: object, _depth: number, options: InspectOptions, inspect: Inspect): unknown {
      return options.showHidden === true ? inspect(this, { ...options, showHidden: false }) : this
    }
  })
}

interface InspectOptions {
  readonly showHidden?: boolean
}

type Inspect = (value: unknown, options: InspectOptions) => string

/** Returns the fields that may be printed: the enumerable ones, and the message. */
export const visibleFields = (error: Error): object => ({ ...error, message: error.message })
