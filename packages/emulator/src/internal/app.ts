import { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpRouter from "@effect/platform/HttpRouter"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Fault } from "../Fault.js"
import type { ReceivedRequest } from "../ReceivedRequest.js"
import { errorBody } from "./errorBody.js"
import type { Store } from "./store.js"

/** OpenRouter's three endpoints over a store, met by faults first, and every request recorded. */
export const makeApp = (
  store: Store,
  nextFault: Effect.Effect<Option.Option<Fault>>,
  record: (request: ReceivedRequest) => Effect.Effect<void>
): HttpApp.Default =>
  routes(store).pipe(
    withBearer,
    withFaults(nextFault),
    withRecording(record),
    // What is left is the transport's: a body that broke off on its way in.
    Effect.catchAll(() => Effect.succeed(refusal(400)))
  )

type Handler<E> = HttpApp.Default<E>

const routes = (store: Store): Handler<never> => {
  const find = (id: string) =>
    id === ""
      ? Effect.fail(refusal(400))
      : Effect.flatMap(
        store.find(id),
        Option.match({
          onNone: () => Effect.fail(refusal(404)),
          onSome: Effect.succeed
        })
      )

  const findByQuery = Effect.flatMap(
    HttpServerRequest.HttpServerRequest,
    ({ url }) => find(new URL(url, "http://localhost").searchParams.get("id") ?? "")
  )

  const generation = Effect.map(findByQuery, ({ generation }) => data(generation))

  const content = Effect.flatMap(
    findByQuery,
    ({ content }) => Effect.mapBoth(content, { onSuccess: data, onFailure: () => refusal(404) })
  )

  const feedback = HttpServerRequest.schemaBodyJson(GenerationFeedback).pipe(
    Effect.mapError(() => refusal(400)),
    Effect.flatMap(({ generationId }) => find(generationId)),
    Effect.as(data({ success: true }))
  )

  return HttpRouter.empty.pipe(
    HttpRouter.get("/api/v1/generation", generation),
    HttpRouter.get("/api/v1/generation/content", content),
    HttpRouter.post("/api/v1/generation/feedback", feedback),
    Effect.catchAll((error) => Effect.succeed(HttpServerResponse.isServerResponse(error) ? error : refusal(404)))
  )
}

const data = (data: unknown) => HttpServerResponse.unsafeJson({ data })

const refusal = (status: number) => HttpServerResponse.unsafeJson(errorBody(status), { status })

const withBearer = <E>(app: Handler<E>): Handler<E> =>
  Effect.flatMap(
    HttpServerRequest.HttpServerRequest,
    ({ headers }) => /^Bearer \S/i.test(headers["authorization"] ?? "") ? app : Effect.succeed(refusal(401))
  )

const withFaults = (nextFault: Effect.Effect<Option.Option<Fault>>) => <E>(app: Handler<E>): Handler<E> =>
  Effect.flatMap(
    nextFault,
    Option.match({
      onNone: () => app,
      onSome: (fault) =>
        Effect.delay(
          fault.status === undefined ? app : Effect.succeed(faultResponse(fault, fault.status)),
          fault.delay ?? 0
        )
    })
  )

const faultResponse = ({ body, headers }: Fault, status: number) => {
  const options = { status, headers }
  if (status === 204 || status === 205 || status === 304) return HttpServerResponse.empty(options)
  return typeof body === "string"
    ? HttpServerResponse.text(body, options)
    : HttpServerResponse.unsafeJson(body === undefined ? errorBody(status) : body, options)
}

const withRecording =
  (record: (request: ReceivedRequest) => Effect.Effect<void>) =>
  <E>(app: Handler<E>): Handler<E | HttpServerError.RequestError> =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
      request.text.pipe(
        Effect.flatMap((body) => record({ method: request.method, url: request.url, headers: request.headers, body })),
        Effect.zipRight(app)
      ))
