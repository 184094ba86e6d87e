import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { pipe } from "effect/Function"
import * as Option from "effect/Option"
import type { Fault } from "../Fault.js"
import type { ReceivedRequest } from "../ReceivedRequest.js"
import type { BoundedLog } from "./boundedLog.js"
import type { Endpoints } from "./endpoint.js"
import { error, errorBody } from "./responses.js"
import type { Script } from "./script.js"

/** The one implementation behind a socket and in memory: gives every received request its response. */
export type Handle = (request: ReceivedRequest) => Effect.Effect<HttpServerResponse.HttpServerResponse>

/** Records a request, then responds: to a preflight, with a fault, or from an endpoint. */
export const makeHandle = (
  endpoints: Endpoints,
  faults: Script<Fault>,
  log: BoundedLog<ReceivedRequest>
): Handle =>
(request) => {
  const dispatched = dispatch(endpoints, request)
  const response = request.method === "OPTIONS"
    ? Effect.succeed(preflight(request))
    : Effect.flatMap(
      faults.take(({ when }) => when === undefined || when(request)),
      Option.match({ onNone: () => dispatched, onSome: withFault(dispatched) })
    )
  return pipe(log.append(request), Effect.andThen(response), Effect.map(withCors))
}

const dispatch = (endpoints: Endpoints, request: ReceivedRequest) =>
  Effect.suspend(() => {
    if (!hasKey(request)) return Effect.succeed(error(401))
    const { path, query } = readTarget(request.url)
    const endpoint = endpoints[`${request.method} ${path}`]
    return endpoint === undefined ? Effect.succeed(error(404)) : endpoint({ ...request, path, query })
  })

/** A bearer token, or the header of Anthropic's clients; any key will do. */
const hasKey = ({ headers }: ReceivedRequest): boolean =>
  /^Bearer \S/i.test(headers["authorization"] ?? "") || /\S/.test(headers["x-api-key"] ?? "")

/** The path and query of a request target. Read by hand, because a target may be no URL: `GET http://[/`. */
const readTarget = (url: string) => {
  const [path = "", ...query] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "").split("?")
  return { path, query: new URLSearchParams(query.join("?")) }
}

const withFault = <E>(usual: Effect.Effect<HttpServerResponse.HttpServerResponse, E>) => (fault: Fault) =>
  Effect.delay(
    fault.status === undefined ? usual : Effect.succeed(faultResponse(fault, fault.status)),
    fault.delay ?? 0
  )

const faultResponse = ({ body, headers }: Fault, status: number) => {
  const options = { status, headers }
  if (status === 204 || status === 205 || status === 304) return HttpServerResponse.empty(options)
  return typeof body === "string"
    ? HttpServerResponse.text(body, options)
    : HttpServerResponse.unsafeJson(body === undefined ? errorBody(status) : body, options)
}

const preflight = ({ headers }: ReceivedRequest) =>
  HttpServerResponse.empty({
    status: 204,
    headers: {
      "access-control-allow-methods": "GET,POST,OPTIONS",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
      "access-control-max-age": "86400"
    }
  })

/** As OpenRouter does: any page may read any response. Headers of a fault win. */
const withCors = (response: HttpServerResponse.HttpServerResponse) =>
  HttpServerResponse.setHeaders(response, {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "X-Generation-Id,cf-ray,X-Provider-Name,request-id",
    ...response.headers
  })

/** An app of `@effect/platform`, for any server. */
export type App = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  HttpServerRequest.HttpServerRequest
>

export const toApp = (handle: Handle): App =>
  HttpServerRequest.HttpServerRequest.pipe(
    Effect.flatMap((request) =>
      Effect.matchEffect(request.text, {
        // The body broke off on its way in.
        onFailure: () => Effect.succeed(error(400)),
        onSuccess: (body) => handle({ method: request.method, url: request.url, headers: request.headers, body })
      })
    ),
    // The server of Effect 4 runs apps in an uninterruptible region, and a response that is delayed must end with its connection.
    Effect.interruptible
  )
