import type * as Config from "effect/Config"

/** Returns the first problem of a variable of the environment, under its name. */
export const configProblem = ({ cause: { message } }: Config.ConfigError): string => {
  const [, name = "", problem = message] = /\b(?:Invalid|Missing) data at (\w+): "((?:[^"\\]|\\.)*)"/.exec(message) ??
    []
  return problem.includes(name) ? problem : `${name} ${problem.replace(/^\w+ (?=must )/, "")}`
}
