/**
 * The result of a standalone function.
 */

/** The result of a standalone function, which never rejects. */
export type Result<A, E> =
  | { readonly ok: true; readonly value: A; readonly error?: never }
  | { readonly ok: false; readonly value?: never; readonly error: E }
