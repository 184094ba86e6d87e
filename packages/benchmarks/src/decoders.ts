/** The decoders that are measured, each imported only where it is used. */
export const decoders = {
  "JSON.parse": async () => (text: string): unknown => JSON.parse(text),
  ours: async () => {
    const { decodeRecord } = await import("./decodeRecord.js")
    return (text: string): unknown => decodeRecord(JSON.parse(text).data)
  },
  official: async () => {
    const { GenerationResponse$inboundSchema } = await import("@openrouter/sdk/models/generationresponse.js")
    return (text: string): unknown => GenerationResponse$inboundSchema.parse(JSON.parse(text)).data
  }
}
