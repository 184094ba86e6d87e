/**
 * Returns the double that is nearest to the sum of the shortest decimals of two finite numbers: 0.1 and 0.2 give 0.3. It
 * needs no `BigDecimal`, which would more than double what the cost in a span adds to a bundle.
 */
export const exactAdd = (left: number, right: number): number => {
  const terms = [left, right].map((term) => {
    const [digits = "", exponent = ""] = term.toExponential().split("e")
    const [whole = "", fraction = ""] = digits.split(".")
    return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
  })
  const exponent = Math.min(...terms.map((term) => term.exponent))
  const sum = terms.reduce((sum, term) => sum + term.value * 10n ** BigInt(term.exponent - exponent), 0n)
  return Number(`${sum}e${exponent}`)
}
