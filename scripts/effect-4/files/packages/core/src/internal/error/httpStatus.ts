/**
 * Returns the annotation that gives an error its HTTP status in an HttpApi, as `HttpApiSchema.status` does.
 */
export const httpStatus = (status: number): { readonly httpApiStatus: number } => ({ httpApiStatus: status })
