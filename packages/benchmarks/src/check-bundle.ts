// Fails if the bundle of `get` grows. Bytes are exact, so they can have a limit.
import { marginalBundle } from "./bundle.js"

const limit = 11_000
const bytes = await marginalBundle()
console.log(`get adds ${bytes} bytes to a bundle, of at most ${limit}`)
process.exitCode = bytes <= limit ? 0 : 1
