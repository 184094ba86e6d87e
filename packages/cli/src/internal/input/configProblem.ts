import * as ConfigError from "effect/ConfigError"

/** Returns the first problem of a variable of the environment, under its name. */
export const configProblem = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left) => left,
    orCase: (_, left) => left,
    invalidDataCase: (_, path, message) => withName(path, message),
    missingDataCase: (_, path, message) => withName(path, message),
    sourceUnavailableCase: (_, path, message) => withName(path, message),
    unsupportedCase: (_, path, message) => withName(path, message)
  })

/** Begins a message with the name of its variable instead of an option of the library. */
const withName = (path: ReadonlyArray<string>, message: string): string => {
  const name = path.at(-1) ?? ""
  return message.includes(name) ? message : `${name} ${message.replace(/^\w+ (?=must )/, "")}`
}
