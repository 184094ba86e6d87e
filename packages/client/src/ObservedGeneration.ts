/**
 * A generation that passed through an observed client.
 */

/** A generation whose completion has ended, as `observeFetch` and `observeHttpClient` report it. */
export interface ObservedGeneration {
  /** The id of the generation. */
  readonly id: string
  /** The place of the id in the response. The header wins. */
  readonly source: "header" | "body" | "stream"
  /** The path of the request, without the query: `/api/v1/chat/completions`. */
  readonly path: string
  /** The HTTP status of the response. */
  readonly status: number
  /** The model as the response names it; `null` = it names none, as for speech, images and errors. */
  readonly model: string | null
  /**
   * `true` if the whole completion arrived: the status is 2XX, the body ended without a failure, and a stream had its terminal
   * event and no error. A stream that is cancelled after its terminal event is complete.
   */
  readonly complete: boolean
}

/** A generation whose id has been seen, while its completion may still be under way. */
export type StartedGeneration = Pick<ObservedGeneration, "id" | "path" | "status">
