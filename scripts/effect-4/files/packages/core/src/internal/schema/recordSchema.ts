/**
 * Makes a Schema of Effect 4 of a codec. This is the only file of the records that knows how Effect 4 represents a Schema.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaCompiler from "effect/schema/SchemaCompiler"
import * as AST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import type * as SchemaIssue from "effect/SchemaIssue"
import { camelToSnake } from "effect/String"
import type { RecordSchema } from "../../RecordSchema.js"
import { type Codec, Problems } from "./codec.js"
import { UnknownFields } from "./jsonSchema.js"
import { toIssue } from "./parseIssue.js"
import { recordCodec } from "./recordCodec.js"
import type { Fields, RecordEncoded, RecordMakeInput, Type } from "./recordTypes.js"

export type * from "./recordTypes.js"

/** The fields of a `Schema.Struct`, which `Schema.encodeKeys` gives OpenRouter's names. */
export type StructFields<Required extends Fields, Nullable extends Fields> =
  & { readonly [Name in keyof Required]: Required[Name]["schema"] }
  & { readonly [Name in keyof Nullable]: Schema.withDecodingDefault<Schema.NullOr<Nullable[Name]["schema"]>> }

/** Makes the Schema of a record with these fields; see `recordCodec` for what it accepts. */
export const recordSchema = <const Required extends Fields, const Nullable extends Fields>(
  identifier: string,
  description: string,
  required: Required,
  nullable: Nullable
): RecordSchema<
  Type<Required, Nullable>,
  RecordEncoded<Required, Nullable>,
  RecordMakeInput<Required, Nullable>,
  StructFields<Required, Nullable>
> => {
  const fields = Object.entries({ ...required, ...nullable }).map(
    ([name, { codec: { complete, decode, encode }, description, schema }]) => ({
      complete,
      decode,
      encode,
      description,
      schema: schema as Schema.Codec<unknown>,
      name,
      wireName: camelToSnake(name),
      isRequired: name in required
    })
  )
  const codec = recordCodec(fields) as Codec<Type<Required, Nullable>, RecordEncoded<Required, Nullable>>

  const wireFields: Record<string, Schema.Codec<unknown>> = {}
  const modelFields: Record<string, Schema.Codec<unknown>> = { unknownFields: UnknownFields }
  const structFields: Record<string, Schema.Codec<unknown>> = {}
  const wireNames: Record<string, string> = {}
  for (const { description, isRequired, name, schema, wireName } of fields) {
    const plain = isRequired ? schema : Schema.NullOr(schema)
    const type = plain.annotate({ description })
    // The JSON Schema of a declaration does not have its description, so a required field is described by its JSON.
    const wireType = isRequired ? Schema.toEncoded(Schema.toCodecJson(plain)) : Schema.optional(Schema.toEncoded(plain))
    wireFields[wireName] = wireType.annotate({ description })
    modelFields[name] = Schema.toType(type)
    structFields[name] = isRequired ? type : type.pipe(Schema.withDecodingDefault(Effect.succeed(null)))
    wireNames[name] = wireName
  }

  const Wire = Schema.StructWithRest(Schema.Struct(wireFields), [Schema.Record(Schema.String, Schema.Unknown)])
    .annotate({
      identifier,
      description
    })
  const schema = Wire.pipe(
    Schema.decodeTo(Schema.Struct(modelFields), {
      decode: SchemaGetter.transformEffect((input, options) => toEffect(codec.decode(input, isAll(options)))),
      encode: SchemaGetter.transformEffect((model, options) => toEffect(codec.encode(model, isAll(options))))
    })
  ).annotate({ identifier, description })
  return make(schema.ast, codec, structFields as StructFields<Required, Nullable>, wireNames)
}

const make = <A, I, Input, Fields>(
  ast: AST.AST,
  codec: Codec<A, I>,
  fields: Fields,
  wireNames: Readonly<Record<string, string>>
): RecordSchema<A, I, Input, Fields> => {
  codecs.set(ast, codec)
  if (ast.checks === undefined) install(ast, codec)
  const part = (names: ReadonlyArray<string>) => {
    const entries = Object.entries(fields as Readonly<Record<string, Schema.Codec<unknown>>>)
    const struct = Schema.Struct(Object.fromEntries(entries.filter(([name]) => names.includes(name))))
    return struct.pipe(Schema.encodeKeys(Object.fromEntries(names.map((name) => [name, wireNames[name] ?? name]))))
  }
  const schema = Schema.make<RecordSchema<A, I, Input, Fields>>(ast, {
    fields,
    pick: (...names: ReadonlyArray<string>) => part(names),
    omit: (...names: ReadonlyArray<string>) => part(Object.keys(wireNames).filter((name) => !names.includes(name))),
    rebuild: (ast: AST.AST) => make(ast, codec, fields, wireNames)
  })
  const complete = (input: Input): A => {
    const model = codec.complete(input)
    const encoded = codec.encode(model, true)
    if (encoded instanceof Problems) throw new Schema.SchemaError(toIssue(encoded))
    return model as A
  }
  return Object.defineProperty(schema, "make", { value: complete })
}

const codecs = new WeakMap<AST.AST, Codec<unknown>>()

/** Returns the codec that the Schema of a record was made of. */
export const getCodec = <A, I, Input, Fields>({ ast }: RecordSchema<A, I, Input, Fields>): Codec<A, I> => {
  const codec = codecs.get(ast)
  if (codec === undefined) throw new TypeError("this is not the Schema of a record")
  return codec as Codec<A, I>
}

// Effect 4 decodes with these functions instead of interpreting the Schema, which is more slowly and loses unknown fields
// that are named `__proto__`.
const install = (ast: AST.AST, { decode, encode }: Codec<unknown>) => {
  SchemaCompiler.set(ast, compiled(decode))
  SchemaCompiler.set(AST.flip(ast), compiled(encode))
}

const compiled = (convert: Codec<unknown>["decode"]): SchemaCompiler.CompiledDecoder => ({
  decode: (input) => {
    const result = convert(input, false)
    return result instanceof Problems ? SchemaCompiler.invalid : result
  },
  decodeEffect: (input, options) =>
    input === SchemaCompiler.missing ? Effect.succeed(input) : toEffect(convert(input, isAll(options)))
})

const isAll = ({ errors }: AST.ParseOptions): boolean => errors === "all"

const toEffect = <A>(result: A | Problems): Effect.Effect<A, SchemaIssue.Issue> =>
  result instanceof Problems ? Effect.fail(toIssue(result)) : Effect.succeed(result)
