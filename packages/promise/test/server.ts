import { vi } from "@effect/vitest"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** The response of the server to one request, or no response. */
export type Answer =
  | { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | "silence"

/** A request that the server received. */
export interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** The events of the first request. */
export interface First {
  readonly arrived: Promise<void>
  /** Resolves when its connection is closed, or its response was sent. */
  readonly closed: Promise<void>
}

/** Runs a server on a free port of loopback. It sends these responses in order, and repeats the last one. */
export const withServer = async <A>(
  answers: ReadonlyArray<Answer>,
  program: (serverURL: string, received: ReadonlyArray<Received>, first: First) => Promise<A>
): Promise<A> => {
  const received: Array<Received> = []
  const server = createServer(async (request, response) => {
    response.once("close", () => server.emit("closed"))
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    const answer = answers[Math.min(received.length, answers.length - 1)]
    received.push({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString()
    })
    server.emit("arrived")
    if (answer === undefined || answer === "silence") return
    response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers })
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body))
  })
  const once = (event: string) => new Promise<void>((resolve) => server.once(event, resolve))
  const first = { arrived: once("arrived"), closed: once("closed") }
  const listening = once("listening")
  server.listen(0, "127.0.0.1")
  await listening
  const { port } = server.address() as AddressInfo
  try {
    return await program(`http://127.0.0.1:${port}/api/v1`, received, first)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** A failure with a body in OpenRouter's format. */
export const failure = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: { error: { code: status, message: `status ${status}` } },
  headers
})

/** Removes OpenRouter's variables from the environment, such as the key of the person who runs the tests. */
export const withoutEnvironment = () => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("OPENROUTER_")) vi.stubEnv(name, undefined)
  }
}

/** A port of loopback on which nothing listens. */
export const unusedURL = (): Promise<string> => withServer([], async (serverURL) => serverURL)
