/**
 * Fields of errors that a program can read and that nothing prints.
 */

/**
 * Makes fields of the errors of a class non-enumerable. Loggers, `util.inspect`, `JSON.stringify` and error trackers print
 * enumerable fields only, and a response body may hold a user's prompt. The fields are set by assignment in the
 * constructor of `Data.Error`, so a setter of the prototype sees each one.
 */
export const hideFields = (prototype: object, names: ReadonlyArray<string>): void => {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, enumerable: false })
      }
    })
  }
}

/** Returns the fields that may be printed: the enumerable ones, and the message. */
export const visibleFields = (error: Error): object => ({ ...error, message: error.message })
