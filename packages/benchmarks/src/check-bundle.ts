// Fails if the bundle of `get` grows. Bytes are exact, so they can have a limit. It was 11,000 bytes in 0.1.0. The checks of
// options, the redaction of encoded keys, the descriptions of the record's fields and exact decimals more than doubled it.
import { marginalBundle } from "./bundle.js"

const limit = 26_000
const bytes = await marginalBundle()
console.log(`get adds ${bytes} bytes to a bundle, of at most ${limit}`)
process.exitCode = bytes <= limit ? 0 : 1
