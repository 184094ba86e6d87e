/** Returns text that a column can hold: NUL and lone surrogates become U+FFFD. */
export const storable = (text: string | null): string | null =>
  text === null ? null : text.replaceAll(/\0|\p{Cs}/gu, "\ufffd")
