// OpenRouter's messages for each status, from its OpenAPI document.
const messages: Readonly<Record<number, string>> = {
  400: "Invalid request parameters",
  401: "Missing Authentication header",
  402: "Insufficient credits. Add more using https://openrouter.ai/credits",
  403: "Only management keys can perform this operation",
  404: "Resource not found",
  408: "Request timed out",
  429: "Rate limit exceeded",
  500: "Internal Server Error",
  502: "Provider returned error",
  503: "Service temporarily unavailable",
  524: "Request timed out. Please try again later.",
  529: "Provider returned error"
}

/** OpenRouter's message for a status. */
export const errorMessage = (status: number): string => messages[status] ?? `Status ${status}`
