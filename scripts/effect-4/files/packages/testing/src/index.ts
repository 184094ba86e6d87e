// `@effect/vitest` with property tests of fast-check.
import { it as base } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import * as FastCheck from "fast-check"
import { arbitrary } from "./TestSupport.js"

export { afterEach, assert, beforeAll, beforeEach, describe, expect, layer, vi } from "@effect/vitest"

type Source = Schema.Schema<unknown> | FastCheck.Arbitrary<unknown>
type Sources = ReadonlyArray<Source> | { readonly [name: string]: Source }
type Values<S> = {
  -readonly [Name in keyof S]: S[Name] extends FastCheck.Arbitrary<infer A> ? A
    : S[Name] extends Schema.Schema<infer A> ? A
    : never
}

interface Options {
  readonly timeout?: number
  readonly fastCheck?: FastCheck.Parameters<[unknown]>
}

const convert = (source: Source): FastCheck.Arbitrary<unknown> =>
  Schema.isSchema(source) ? arbitrary(source as Schema.Schema<unknown>) : source as FastCheck.Arbitrary<unknown>

const toArbitrary = <S extends Sources>(sources: S): FastCheck.Arbitrary<Values<S>> => {
  const values: FastCheck.Arbitrary<unknown> = Array.isArray(sources)
    ? FastCheck.tuple(...sources.map(convert))
    : FastCheck.record(Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, convert(source)])))
  return values as FastCheck.Arbitrary<Values<S>>
}

const getTimeout = (options: number | Options | undefined) =>
  (typeof options === "number" ? options : options?.timeout) ?? 30_000

const getParameters = <A>(options: number | Options | undefined) =>
  (typeof options === "object" ? options.fastCheck ?? {} : {}) as FastCheck.Parameters<[A]>

const prop = <const S extends Sources>(
  name: string,
  sources: S,
  check: (values: Values<S>) => unknown,
  options?: number | Options
): void =>
  base(
    name,
    () =>
      FastCheck.assert(
        FastCheck.property(toArbitrary(sources), (values) => check(values) !== false),
        getParameters<Values<S>>(options)
      ),
    getTimeout(options)
  )

const TestEnvironment = Layer.mergeAll(TestConsole.layer, TestClock.layer())

const effectProp = <const S extends Sources, A, E>(
  name: string,
  sources: S,
  check: (values: Values<S>) => Effect.Effect<A, E, Scope.Scope>,
  options?: number | Options
): void =>
  base(
    name,
    () =>
      FastCheck.assert(
        FastCheck.asyncProperty(toArbitrary(sources), async (values) => {
          const test = Effect.suspend(() => check(values))
          await Effect.runPromise(test.pipe(Effect.scoped, Effect.provide(TestEnvironment, { local: true })))
        }),
        getParameters<Values<S>>(options)
      ),
    getTimeout(options)
  )

/** Returns the same function with other members. */
const withMembers = <T extends object, M extends object>(target: T, members: M): T & M =>
  new Proxy(target, {
    get: (target, name, receiver) => Reflect.get(Object.hasOwn(members, name) ? members : target, name, receiver)
  }) as T & M

export const it = withMembers(base, { prop, effect: withMembers(base.effect, { prop: effectProp }) })
