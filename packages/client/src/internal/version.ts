/** The version of this package, for `User-Agent`; a test compares it with package.json. */
export const version = "3.0.0"
