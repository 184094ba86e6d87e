import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import { camelToSnake } from "effect/String"
import { JsonObject } from "./jsonObject.js"

interface Fields {
  readonly [name: string]: Schema.Schema.AnyNoContext
}

/** `createdAt` → `created_at`: the one rule between our names and OpenRouter's. */
type WireName<Name> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${WireName<Tail>}`
  : ""

/** @internal */
export type Type<Required extends Fields, Nullable extends Fields> =
  & { readonly [Name in keyof Required]: Required[Name]["Type"] }
  & { readonly [Name in keyof Nullable]: Nullable[Name]["Type"] | null }
  & {
    /** What this version does not know, under OpenRouter's names, as received. */
    readonly unknownFields: JsonObject
  }

/** @internal */
export type Encoded<Required extends Fields, Nullable extends Fields> =
  & { readonly [Name in keyof Required as WireName<Name>]: Required[Name]["Encoded"] }
  & { readonly [Name in keyof Nullable as WireName<Name>]?: Nullable[Name]["Encoded"] | null | undefined }
  & JsonObject

/**
 * A record as OpenRouter sends it, decoded strictly about types and tolerantly about shape: a required field must be
 * there, any other may be absent (`null`), and a field that is not in the list is kept in `unknownFields`. Both sides are
 * plain objects. Encoding gives the wire's names back, absent fields as explicit nulls.
 *
 * @internal
 */
export const wireRecord = <const Required extends Fields, const Nullable extends Fields>(
  identifier: string,
  required: Required,
  nullable: Nullable
): Schema.Schema<Type<Required, Nullable>, Encoded<Required, Nullable>> => {
  const fields = Object.entries({ ...required, ...nullable }).map(([name, { ast }]): Field => ({
    name,
    wireName: camelToSnake(name),
    ast,
    isRequired: name in required
  }))
  const known = new Set(fields.map(({ wireName }) => wireName))

  const wireFields: Record<string, Schema.Struct.Field> = {}
  const modelFields: Record<string, Schema.Struct.Field> = {}
  for (const { ast, isRequired, name, wireName } of fields) {
    const schema = Schema.make(ast)
    wireFields[wireName] = isRequired ? schema : Schema.optional(Schema.NullOr(schema))
    modelFields[name] = isRequired ? Schema.typeSchema(schema) : Schema.NullOr(Schema.typeSchema(schema))
  }

  const Wire = Schema.Struct(wireFields).annotations({ identifier: `${identifier}Encoded`, description: "a record" })
  const Model = Schema.Struct({ ...modelFields, unknownFields: JsonObject }).annotations({ identifier })

  // A copy of this has V8's compact form for an object that is known from the start; built up field by field it would be
  // a dictionary, slower and three times the size.
  const blank: JsonObject = JSON.parse(JSON.stringify(
    Object.fromEntries([...fields.map(({ name }) => [name, null]), ["unknownFields", null]])
  ))

  const toModel = (wire: JsonObject, received: JsonObject) => {
    const model: Record<string, unknown> = { ...blank }
    for (const { name, wireName } of fields) model[name] = wire[wireName] ?? null
    model["unknownFields"] = unknownIn(received)
    return model
  }

  // What was received rather than the wire's decoded form: nothing has touched it.
  const unknownIn = (received: JsonObject): JsonObject => {
    let unknown: Array<readonly [string, unknown]> | undefined
    for (const name of Object.keys(received)) {
      if (!known.has(name)) (unknown ??= []).push([name, received[name]])
    }
    return unknown === undefined ? noFields : Object.fromEntries(unknown)
  }

  // Only the known fields go through the Schema, which copies by assignment: a field named `__proto__` would be lost.
  return Schema.transformOrFail(
    JsonObject.annotations({ identifier: `${identifier}Encoded`, description: "a record" }),
    Model,
    {
      strict: false,
      decode: (received, options) =>
        ParseResult.map(ParseResult.decodeUnknown(Wire)(received, options), (wire) => toModel(wire, received)),
      encode: (
        { unknownFields, ...model }: { readonly unknownFields: JsonObject; readonly [name: string]: unknown },
        options
      ) =>
        ParseResult.map(
          ParseResult.encodeUnknown(Wire)(
            Object.fromEntries(fields.map(({ name, wireName }) => [wireName, model[name]])),
            options
          ),
          (wire) => Object.fromEntries([...Object.entries(unknownFields), ...Object.entries(wire)])
        )
    }
  ).annotations({ [recordParts]: { fields, blank, unknownIn } }) as unknown as Schema.Schema<
    Type<Required, Nullable>,
    Encoded<Required, Nullable>
  >
}

interface Field {
  readonly name: string
  readonly wireName: string
  readonly ast: AST.AST
  readonly isRequired: boolean
}

/** For a decoder that is compiled: the known fields, an empty record, and what is kept besides. */
const recordParts = Symbol.for("@effect-openrouter/core/recordParts")

const noFields: JsonObject = Object.freeze({})
