import { type ClientModule, withPromises } from "../client.js"

export const connect: ClientModule["connect"] = async (baseUrl) =>
  withPromises(async (id) => {
    const response = await fetch(`${baseUrl}/generation?id=${id}`, {
      headers: { authorization: "Bearer sk-or-v1-bench" }
    })
    const { data } = await response.json() as { readonly data: { readonly model: string } }
    return data.model
  })
