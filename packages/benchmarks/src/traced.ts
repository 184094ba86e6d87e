import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"

/** Exports spans into memory, and forgets them after each thousand. */
export const memoryProcessor = (): SimpleSpanProcessor => {
  const exporter = new InMemorySpanExporter()
  let spans = 0
  return new SimpleSpanProcessor({
    export: (batch, done) => {
      spans += batch.length
      if (spans % 1000 === 0) exporter.reset()
      exporter.export(batch, done)
    },
    shutdown: () => exporter.shutdown()
  })
}
