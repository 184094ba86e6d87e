// The official client with a span for each request, which its hooks make.
import { OpenRouter } from "@openrouter/sdk"
import { HTTPClient } from "@openrouter/sdk/lib/http.js"
import { type Span, SpanKind } from "@opentelemetry/api"
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base"
import { type ClientModule, withPromises } from "../client.js"
import { memoryProcessor } from "../traced.js"

export const connect: ClientModule["connect"] = async (baseUrl) => {
  const tracer = new BasicTracerProvider({ spanProcessors: [memoryProcessor()] }).getTracer("bench")
  const spans = new WeakMap<Request, Span>()
  const httpClient = new HTTPClient()
    .addHook("beforeRequest", (request) => {
      const url = new URL(request.url)
      spans.set(
        request,
        tracer.startSpan("http.client GET", {
          kind: SpanKind.CLIENT,
          attributes: {
            "http.request.method": request.method,
            "server.address": url.origin,
            "url.full": url.href,
            "url.path": url.pathname,
            "url.query": url.search.slice(1)
          }
        })
      )
    })
    .addHook("response", (response, request) => {
      const span = spans.get(request)
      span?.setAttribute("http.response.status_code", response.status)
      span?.end()
    })
  const client = new OpenRouter({ apiKey: "sk-or-v1-bench", serverURL: baseUrl, httpClient })
  return withPromises(async (id) => (await client.generations.getGeneration({ id })).data.model)
}
