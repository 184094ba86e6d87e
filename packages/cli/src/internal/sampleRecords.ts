import type { EmulatedGeneration } from "@effect-openrouter/emulator/EmulatedGeneration"
import * as DateTime from "effect/DateTime"

/** What the emulator knows from the start: one record of each kind that matters. */
export const sampleRecords: ReadonlyArray<EmulatedGeneration> = [
  {
    id: "gen-ordinary",
    createdAt: DateTime.unsafeMake("2026-11-20T09:12:44.120Z"),
    model: "openai/gpt-4o-2024-08-06",
    providerName: "OpenAI",
    nativeTokensPrompt: 1204,
    nativeTokensCompletion: 310,
    totalCost: 0.00611,
    isByok: false,
    latency: 412,
    generationTime: 4830
  },
  {
    id: "gen-own-provider-key",
    createdAt: DateTime.unsafeMake("2026-11-20T16:40:03.871Z"),
    model: "google/gemini-2.5-flash",
    providerName: "Google AI Studio",
    nativeTokensPrompt: 22,
    nativeTokensCompletion: 2230,
    totalCost: 0,
    upstreamInferenceCost: 0.0008942,
    isByok: true,
    latency: 521,
    generationTime: 11_240
  },
  {
    id: "gen-cancelled",
    createdAt: DateTime.unsafeMake("2026-11-21T11:02:19.400Z"),
    model: "anthropic/claude-sonnet-4.5-20250929",
    providerName: "Anthropic",
    nativeTokensPrompt: 812,
    nativeTokensCompletion: 96,
    totalCost: 0.003876,
    isByok: false,
    cancelled: true,
    latency: 918,
    generationTime: 2310
  },
  {
    id: "gen-fallback",
    createdAt: DateTime.unsafeMake("2026-11-21T20:55:31.093Z"),
    model: "meta-llama/llama-3.3-70b-instruct",
    providerName: "Together",
    nativeTokensPrompt: 540,
    nativeTokensCompletion: 188,
    totalCost: 0.00064,
    isByok: false,
    latency: 1630,
    generationTime: 3904,
    providerResponses: [
      { providerName: "DeepInfra", status: 503, latency: 240 },
      { providerName: "Together", status: 200, latency: 1630 }
    ]
  }
]

/** One that is hidden at first, as a record is until it is written. */
export const laterRecord: EmulatedGeneration = {
  id: "gen-visible-later",
  createdAt: DateTime.unsafeMake("2026-11-22T08:31:07.512Z"),
  model: "mistralai/mistral-medium-3.1",
  providerName: "Mistral",
  nativeTokensPrompt: 285,
  nativeTokensCompletion: 25,
  totalCost: 0.000164,
  isByok: false,
  latency: 343,
  generationTime: 418
}
