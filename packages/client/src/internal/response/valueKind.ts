/** Returns the kind of a value in JSON's terms. */
export const valueKind = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : typeof value === "number" && !Number.isFinite(value)
    ? "a number that is too large"
    : `a ${typeof value}`
