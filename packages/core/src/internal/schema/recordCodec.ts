import type { JsonObject } from "../../JsonObject.js"
import { type Codec, type Decode, decodeJson, type Problem, problem, Problems } from "./codec.js"
import { isObject } from "./json.js"

/** A field: its name in the model, its name on the wire, and how its value is decoded. */
export interface RecordField {
  readonly name: string
  readonly wireName: string
  readonly isRequired: boolean
  readonly decode: Decode<unknown>
}

/** A field whose value can also be encoded. */
export interface CodecField extends RecordField, Codec<unknown> {}

/**
 * Returns a function that decodes records. It is strict about types and tolerant about shape: a required field must be
 * there, any other may be absent (`null`), and a field that is not in the list is kept in `unknownFields`.
 */
export const decodeRecord = (fields: ReadonlyArray<RecordField>): Decode<JsonObject> => {
  const byWireName = new Map(fields.map((field) => [field.wireName, field]))
  const required = fields.filter(({ isRequired }) => isRequired)
  const blank = blankModel(fields)

  return (input, all) => {
    if (!isObject(input)) return problem("a record", input)
    const model: Record<string, unknown> = { ...blank }
    const problems: Array<Problem> = []
    const unknown: Array<readonly [string, unknown]> = []
    // Faster than to look each value up by its key.
    const values = Object.values(input)
    let index = 0
    for (const key of Object.keys(input)) {
      const received = values[index++]
      const field = byWireName.get(key)
      if (field !== undefined && isAbsent(received, field)) continue
      const value = field === undefined ? decodeJson(received, all) : field.decode(received, all)
      if (value instanceof Problems) {
        problems.push(...value.inside(key).list)
        if (!all) break
      } else if (field === undefined) unknown.push([key, value])
      else model[field.name] = value
    }
    for (const { wireName } of required) {
      if (!Object.hasOwn(input, wireName)) problems.push({ path: [wireName], expected: "a value", actual: undefined })
    }
    if (problems.length > 0) return new Problems(problems)
    // `fromEntries` defines properties: a field named `__proto__` stays a field.
    model["unknownFields"] = unknown.length === 0 ? noFields : Object.fromEntries(unknown)
    return model
  }
}

/**
 * Returns a codec of records. Both sides are plain objects. Encoding gives OpenRouter's names back, absent fields as `null`.
 */
export const recordCodec = (fields: ReadonlyArray<CodecField>): Codec<JsonObject> => {
  const blank = blankModel(fields)
  const blankWire = compact(fields.map(({ wireName }) => wireName))

  const encode = (model: unknown, all: boolean): JsonObject | Problems => {
    if (!isObject(model)) return problem("a record", model)
    const wire: Record<string, unknown> = { ...blankWire }
    const problems: Array<Problem> = []
    for (const field of fields) {
      const value = model[field.name]
      if (isAbsent(value, field)) continue
      const encoded = field.encode(value, all)
      if (encoded instanceof Problems) {
        problems.push(...encoded.inside(field.name).list)
        if (!all) break
      } else wire[field.wireName] = encoded
    }
    const unknownFields = encodeUnknownFields(model["unknownFields"], all)
    if (unknownFields instanceof Problems) problems.push(...unknownFields.inside("unknownFields").list)
    else if (problems.length === 0) {
      return unknownFields.length === 0 ? wire : Object.fromEntries([...unknownFields, ...Object.entries(wire)])
    }
    return new Problems(problems)
  }

  const complete = (given: unknown): unknown => {
    if (!isObject(given)) return given
    const model: Record<string, unknown> = { ...blank, unknownFields: given["unknownFields"] ?? noFields }
    for (const { complete, name } of fields) model[name] = complete(given[name] ?? null)
    return model
  }

  return { decode: decodeRecord(fields), encode, complete }
}

const encodeUnknownFields = (value: unknown, all: boolean): ReadonlyArray<[string, unknown]> | Problems => {
  if (!isObject(value)) return problem("a JSON object", value)
  const entries = Object.entries(value)
  const problems = entries.flatMap(([key, child]) => {
    const encoded = decodeJson(child, all)
    return encoded instanceof Problems ? encoded.inside(key).list : []
  })
  return problems.length === 0 ? entries : new Problems(problems)
}

const isAbsent = (value: unknown, field: RecordField): boolean =>
  (value === null || value === undefined) && !field.isRequired

/** The `unknownFields` of a record without unknown fields. All of them share it. */
export const noFields: JsonObject = /* @__PURE__ */ Object.freeze({})

const blankModel = (fields: ReadonlyArray<RecordField>): JsonObject =>
  compact([...fields.map(({ name }) => name), "unknownFields"])

// V8 gives an object whose shape is known from the start a compact form, and a copy of it has the same form. Built field by
// field it would be a dictionary, which is slower and three times the size.
const compact = (names: ReadonlyArray<string>): JsonObject =>
  JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))))
