// A module of a consumer that emits declarations. `installed.ts` compiles it against the tarballs and reads what TypeScript
// wrote: a type that it cannot name from a public module becomes `any` for those who import the declarations.
import {
  type ApiType,
  Generation,
  GenerationContent,
  type OpenRouterError,
  ProviderResponse,
  Usage
} from "@effect-openrouter/core"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { Effect, Schema, Stream } from "effect"

export const Alias = Generation
export const Annotated = Generation.annotations({ description: "a charge" })
export const Row = Schema.Struct({
  generation: Generation,
  content: Schema.NullOr(GenerationContent),
  attempts: Schema.Array(ProviderResponse)
})
export const Picked = Generation.pipe(Schema.pick("id", "totalCost", "apiType", "providerResponses"))
export const Omitted = Generation.pipe(Schema.omit("userAgent"))
export const OmittedContent = GenerationContent.pipe(Schema.omit("error"))
export const OmittedAttempt = ProviderResponse.pipe(Schema.omit("id"))
// begin: Effect 3 only
export const PickedUnknown = Generation.pipe(Schema.pick("id", "unknownFields"))
export const Extended = Schema.extend(Generation, Schema.Struct({ tenant: Schema.String }))
// end: Effect 3 only
export const FromFields = Schema.Struct({ ...Generation.fields, tenant: Schema.String })
export class Charge extends Schema.Class<Charge>("Charge")({ generation: Generation }) {}

export const made = Generation.make({ id: "gen-1" })
export const record = (generation: Generation) => ({ ...generation })
export const wire = (generation: Generation.Encoded) => ({ ...generation })
export const input = (generation: Generation.MakeInput) => ({ ...generation })
export const content = ({ error, input, output }: GenerationContent) => ({ ...error, ...input, ...output })
export const attempt = (response: ProviderResponse) => ({ ...response })
export const apiType = ({ apiType }: Generation): ApiType | null => apiType
export const decode = Schema.decodeUnknown(Generation)
export const encode = Schema.encode(GenerationContent)

export const get = (id: string) => Generations.get(id)
export const cost = (id: string) => Effect.map(Generations.await(id), Usage.cost)
export const costs = (ids: Iterable<string>) => Stream.runCollect(Settlement.stream(ids))
export const failure = (error: OpenRouterError) => error._tag
