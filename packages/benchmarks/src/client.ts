/** One of the programs that are measured: makes so many calls, so many at a time, and checks what comes back. */
export interface Client {
  readonly run: (calls: number, concurrency: number) => Promise<void>
}

/** A module of `clients/`: connects to a server. */
export interface ClientModule {
  readonly connect: (baseUrl: string) => Promise<Client>
}

/** The calls of a client that speaks in promises. */
export const withPromises = (get: (id: string) => Promise<string | undefined>): Client => ({
  run: async (calls, concurrency) => {
    let next = 0
    const worker = async () => {
      while (next < calls) {
        const id = `gen-${next++}`
        check(await get(id))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }
})

/** What every answer of the server says. */
export const check = (model: string | null | undefined): void => {
  if (model !== "sao10k/l3-stheno-8b") throw new Error(`a wrong answer: ${model}`)
}
