// Fails if the bundle of `get` grows. Bytes are exact, so they can have a limit.
import { marginalBundle } from "./bundle.js"

const limit = 19_030
const { bytes, owners } = await marginalBundle()
for (const [owner, size] of owners) console.log(`${String(size).padStart(6)} ${owner}`)
console.log(`get adds ${bytes} bytes to a bundle, of at most ${limit}; before compression by owner above`)
process.exitCode = bytes <= limit ? 0 : 1
