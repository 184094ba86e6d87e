/**
 * What a standalone function resolves to.
 */

/** What a standalone function resolves to: it never rejects. */
export type Result<A, E> =
  | { readonly ok: true; readonly value: A; readonly error?: never }
  | { readonly ok: false; readonly value?: never; readonly error: E }
