/**
 * Returns the annotation that gives an error its HTTP status in an HttpApi. It is the annotation of
 * `HttpApiSchema.annotations({ status })`, named by its symbol because core does not depend on `@effect/platform`.
 */
export const httpStatus = (status: number): { readonly [status: symbol]: number } => ({
  [Symbol.for("@effect/platform/HttpApiSchema/AnnotationStatus")]: status
})
