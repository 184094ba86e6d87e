import { Agent } from "undici"
import { type ClientModule, withPromises } from "../client.js"

export const connect: ClientModule["connect"] = async (baseUrl) => {
  const agent = new Agent()
  return withPromises(async (id) => {
    const { body } = await agent.request({
      origin: baseUrl,
      path: `/generation?id=${id}`,
      method: "GET",
      headers: { authorization: "Bearer sk-or-v1-bench" }
    })
    const { data } = await body.json() as { readonly data: { readonly model: string } }
    return data.model
  })
}
