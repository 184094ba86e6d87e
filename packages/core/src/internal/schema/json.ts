/**
 * JSON values that are kept as received: how deep they may nest, and when two of them are equal.
 */

/**
 * The number of levels that a kept value may nest. More than any real record has, and little enough that every reader of
 * the record accepts it inside an envelope of its own (MySQL and Ruby stop at 100 levels) and that no recursive function
 * (`JSON.stringify`, a deep comparison) runs out of stack.
 */
export const maxDepth = 64

/** Checks that a value is an object with fields: not `null` and no array. */
export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Checks that a value is JSON of at most `maxDepth` levels. A property may be `undefined`: it counts as absent. */
export const isJson = (value: unknown): boolean => isWithin(value, maxDepth)

/** Checks that a value is a JSON object whose fields nest at most `maxDepth` levels. */
export const isJsonObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  isObject(value) && Object.values(value).every(isJson)

const isWithin = (value: unknown, levels: number): boolean => {
  switch (typeof value) {
    case "object":
      return value === null || levels > 0 && Object.values(value).every((child) => isWithin(child, levels - 1))
    case "bigint":
    case "function":
    case "symbol":
      return false
    default:
      return true
  }
}

/** Compares two JSON values by value. The order of the keys of an object does not matter. */
export const equalJson = (left: unknown, right: unknown): boolean => {
  if (Object.is(left, right)) return true
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const entries = Object.entries(left)
  const others = new Map<string, unknown>(Object.entries(right))
  return entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && equalJson(value, others.get(key)))
}
