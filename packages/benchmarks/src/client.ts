/** A program that is measured: it makes calls, at most `concurrency` at a time, and checks every result. */
export interface Client {
  /** Requests the ids that begin with `prefix` and end with a number. */
  readonly run: (calls: number, concurrency: number, prefix: string) => Promise<void>
}

/** A module of `clients/`, which connects to a server. */
export interface ClientModule {
  readonly connect: (baseUrl: string) => Promise<Client>
}

/** Returns a program for a client that returns promises: workers that make one call after another. */
export const withPromises = (get: (id: string) => Promise<string | undefined>): Client => ({
  run: async (calls, concurrency, prefix) => {
    let next = 0
    const worker = async () => {
      while (next < calls) {
        const id = `${prefix}${next++}`
        check(await get(id))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }
})

/** The fields that every response of the server has. */
export const check = (model: string | null | undefined): void => {
  if (model !== "sao10k/l3-stheno-8b") throw new Error(`a wrong answer: ${model}`)
}
