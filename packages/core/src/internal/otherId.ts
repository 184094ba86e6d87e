/**
 * Records that were returned for another id than their own: that of a part of a batch, or by a cache that ignores the query. Several
 * ids may have the same record then, and totals count it once.
 */
const records = new WeakSet<object>()

/** Notes that a record was returned for another id. */
export const noteOtherId = (record: object): void => void records.add(record)

/** Returns `true` if a record was returned for another id. */
export const hasOtherId = (record: object): boolean => records.has(record)

/** Returns a copy of a record, of which the same is known as of the record. */
export const copyOtherId = <A extends object>(record: object, copy: A): A => {
  if (hasOtherId(record)) noteOtherId(copy)
  return copy
}
