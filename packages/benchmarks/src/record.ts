/** A record of 1.9 kB as JSON text, with every field that OpenRouter documents. */
export const recordText = (id: string): string =>
  JSON.stringify({
    data: Object.fromEntries([
      ["api_type", "completions"],
      ["app_id", 12345],
      ["cache_discount", null],
      ["cancelled", false],
      ["created_at", "2024-07-15T23:33:19.433273+00:00"],
      ["data_region", "global"],
      ["external_user", "user-123"],
      ["finish_reason", "stop"],
      ["generation_time", 1200],
      ["http_referer", "https://openrouter.ai/"],
      ["id", id],
      ["is_byok", false],
      ["latency", 1250],
      ["model", "sao10k/l3-stheno-8b"],
      ["moderation_latency", 50],
      ["native_finish_reason", "stop"],
      ["native_tokens_cached", 3],
      ["native_tokens_completion", 25],
      ["native_tokens_completion_images", 0],
      ["native_tokens_prompt", 10],
      ["native_tokens_reasoning", 5],
      ["num_fetches", 0],
      ["num_input_audio_prompt", 0],
      ["num_media_completion", 0],
      ["num_media_prompt", 1],
      ["num_search_results", 5],
      ["origin", "https://openrouter.ai/"],
      ["preset_id", "a9e8d400-592a-494f-908c-375efa66cafd"],
      ["provider_name", "Infermatic"],
      [
        "provider_responses",
        ["OpenAI", "Infermatic"].map((name, index) => ({
          endpoint_id: `ep_abc${index}`,
          id: `chatcmpl-abc${index}`,
          is_byok: false,
          latency: 1200,
          model_permaslug: "sao10k/l3-stheno-8b",
          provider_name: name,
          routed_service_tier: "priority",
          status: index === 0 ? 503 : 200
        }))
      ],
      ["request_id", "req-1727282430-aBcDeFgHiJkLmNoPqRsT"],
      ["response_cache_source_id", null],
      ["router", "openrouter/auto"],
      ["service_tier", "priority"],
      ["session_id", null],
      ["streamed", true],
      ["tokens_completion", 25],
      ["tokens_prompt", 10],
      ["total_cost", 0.0015],
      ["upstream_id", "chatcmpl-791bcf62-080e-4568-87d0-94c72e3b4946"],
      ["upstream_inference_cost", 0.0012],
      ["usage", 0.0015],
      [
        "user_agent",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0"
      ],
      ["web_search_engine", "exa"],
      ["workspace_id", "550e8400-e29b-41d4-a716-446655440000"]
    ])
  })

/** Returns a record of about this number of bytes: a small one with few fields, or a large one with many failed attempts. */
export const sizedRecordText = (id: string, bytes: number): string => {
  const { data } = JSON.parse(recordText(id))
  const [attempt] = data.provider_responses
  const room = bytes - JSON.stringify({ data }).length
  return JSON.stringify({
    data: room < 0
      ? Object.fromEntries(
        Object.entries(data).filter(([name, value]) => !/^provider_r|agent/.test(name) && value !== null).slice(0, 16)
          .concat([["model", data.model], ["id", id]])
      )
      : {
        ...data,
        provider_responses: Array.from({ length: Math.round(room / JSON.stringify(attempt).length) }, () => attempt)
      }
  })
}
