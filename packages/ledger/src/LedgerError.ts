/**
 * The error of a ledger whose database cannot be used.
 */
import { printStack } from "@effect-openrouter/core/internal/error/hidden"
import * as Schema from "effect/Schema"

/**
 * The ledger's database cannot be used. It never holds a key, a password, SQL parameters or the driver's error.
 *
 * - `Unavailable`: no connection, no permission, or no response within 10 seconds. Try again later.
 * - `Locked`: another process holds the file.
 * - `Corrupt`: the file is not a database, or it is damaged. It is not changed.
 * - `Full`: no space is left on the disk.
 * - `Schema`: the tables are of a later version of this package, were deleted, or are not those of a ledger, or the prefix
 *   is not a name.
 * - `Unknown`: anything else. `message` names the argument that is not valid, or has the code of the database.
 */
export class LedgerError extends Schema.TaggedError<LedgerError>()("LedgerError", {
  /** The kind of failure. */
  reason: Schema.Literal("Unavailable", "Locked", "Corrupt", "Full", "Schema", "Unknown"),
  /** The operation that failed, such as `settle`. */
  operation: Schema.String,
  /** The cause in words, with the name of the file for a file. */
  message: Schema.String
}) {
  static {
    printStack(this.prototype)
  }
}
