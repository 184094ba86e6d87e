/** The decoders that are measured, each imported only where it is. Ours is inside the client, and its exports hide it. */
export const decoders = {
  "JSON.parse": async () => (text: string): unknown => JSON.parse(text),
  ours: async () => {
    const { Generation } = await import("@effect-openrouter/core/Generation")
    const { makeDecoder } = await import(
      new URL("../../client/dist/internal/response/decoder.js", import.meta.url).href
    )
    const decode = makeDecoder(Generation)
    return (text: string): unknown => decode(JSON.parse(text).data).right
  },
  Schema: async () => {
    const { Generation } = await import("@effect-openrouter/core/Generation")
    const Schema = await import("effect/Schema")
    const decode = Schema.decodeUnknownSync(Generation)
    return (text: string): unknown => decode(JSON.parse(text).data)
  },
  official: async () => {
    const { GenerationResponse$inboundSchema } = await import("@openrouter/sdk/models/generationresponse.js")
    return (text: string): unknown => GenerationResponse$inboundSchema.parse(JSON.parse(text)).data
  }
}
