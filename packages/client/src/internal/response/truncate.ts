/** The most of a body that an error keeps, in characters. */
export const maxErrorBody = 65_536

/** The beginning of a body, as a copy: a slice would keep the whole of it in memory. */
export const truncate = (text: string): string =>
  text.length <= maxErrorBody ? text : ` ${text.slice(0, maxErrorBody)}`.slice(1)
