import * as Either from "effect/Either"
import { wrap } from "../output/wrap.js"
import { type Command, commonOptions, type Description, optionName, program } from "./command.js"
import type { Option } from "./option.js"

/** Returns the help of a subcommand, at most `columns` wide. */
export const commandHelp = (command: Description, columns: number): string => {
  const width = fit(columns)
  const options = Object.entries({ ...command.options, ...commonOptions })
  return sections([
    wrap(command.summary, width).join("\n"),
    section("USAGE", hang(usageLine(command), width)),
    ...(command.details ?? []).map((paragraph) => wrap(paragraph, width).join("\n")),
    ...command.operands.usage === ""
      ? []
      : [section("ARGUMENTS", twoColumns([[command.operands.usage, command.operands.description]], width))],
    section(
      "OPTIONS",
      twoColumns(options.map(([key, option]) => [optionUsage(key, option), option.description]), width)
    ),
    section("EXAMPLES", examples(command.examples, width))
  ])
}

/** Returns the help of the program: its subcommands and what holds for all. */
export const programHelp = (
  { details, examples: lines, summary }: Pick<Description, "summary" | "examples"> & {
    readonly details: ReadonlyArray<string>
  },
  commands: Readonly<Record<string, string>>,
  options: Readonly<Record<string, Option<unknown>>>,
  columns: number
): string => {
  const width = fit(columns)
  return sections([
    wrap(summary, width).join("\n"),
    section("USAGE", [`  ${program} SUBCOMMAND [OPTIONS]`]),
    section("SUBCOMMANDS", twoColumns(Object.entries(commands), width)),
    section(
      "OPTIONS",
      twoColumns(Object.entries(options).map(([key, option]) => [optionUsage(key, option), option.description]), width)
    ),
    ...details.map((paragraph) => wrap(paragraph, width).join("\n")),
    section("EXAMPLES", examples(lines, width)),
    wrap(`${program} SUBCOMMAND --help shows the help of a subcommand.`, width).join("\n")
  ])
}

/** Returns how an option is typed: `--within TIME`. */
const optionUsage = (key: string, { placeholder }: Option<unknown>): string =>
  placeholder === null ? optionName(key) : `${optionName(key)} ${placeholder}`

const usageLine = ({ name, operands, options }: Description): string => {
  const required = Object.entries(options).filter(([, option]) => isRequired(option)).map(([key, option]) =>
    optionUsage(key, option)
  )
  return [program, name, operands.usage, ...required, "[OPTIONS]"].filter((part) => part !== "").join(" ")
}

/** Returns true if a subcommand does not run without this option. */
const isRequired = (option: Option<unknown>): boolean => Either.isLeft(option.whenMissing)

const fit = (columns: number): number => Math.min(100, Math.max(30, columns))

const sections = (parts: ReadonlyArray<string>): string => `${parts.join("\n\n")}\n`

const section = (title: string, lines: ReadonlyArray<string>): string => [title, ...lines].join("\n")

/** Wraps a text with an indent, which is larger from the second line on. */
const hang = (text: string, width: number): ReadonlyArray<string> =>
  wrap(text, width - 4).map((line, index) => (index === 0 ? "  " : "    ") + line)

const twoColumns = (
  rows: ReadonlyArray<readonly [name: string, description: string]>,
  width: number
): ReadonlyArray<string> => {
  const widest = Math.max(...rows.map(([name]) => name.length))
  const first = Math.min(widest, Math.floor(width * 0.35))
  const room = width - first - 4
  return rows.flatMap(([name, description]) => {
    const lines = wrap(description, room)
    const beside = name.length <= first ? lines : ["", ...lines]
    return beside.map((line, index) => `  ${(index === 0 ? name : "").padEnd(first)}  ${line}`.trimEnd())
  })
}

/** An example that is too long for a line goes on after a backslash, so that it can still be copied. */
const examples = (lines: Description["examples"], width: number): ReadonlyArray<string> =>
  lines.flatMap(([comment, line]) => [
    ...wrap(`# ${comment}`, width - 2).map((text, index) => index === 0 ? `  ${text}` : `  # ${text}`),
    ...wrap(line.startsWith("$ ") ? line.slice(2) : `${program} ${line}`, width - 6).map((text, index, all) =>
      `${index === 0 ? "  " : "    "}${text}${index < all.length - 1 ? " \\" : ""}`
    )
  ])

/** Returns the manual page of the program, in roff. */
export const manual = (
  { details, summary }: { readonly summary: string; readonly details: ReadonlyArray<string> },
  commands: ReadonlyArray<Command>,
  version: string
): string =>
  [
    `.TH OPENROUTER-GENERATIONS 1 "" "${program} ${version}"`,
    ".SH NAME",
    `${program} \\- ${roff(summary.charAt(0).toLowerCase() + summary.slice(1).replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    ...commands.flatMap((command) => [`.B ${roff(usageLine(command))}`, ".br"]),
    ".SH DESCRIPTION",
    ...details.flatMap((paragraph) => [".PP", roff(paragraph)]),
    ...commands.flatMap((command) => [
      `.SH ${command.name.toUpperCase()}`,
      roff(command.summary),
      ...(command.details ?? []).flatMap((paragraph) => [".PP", roff(paragraph)]),
      ...Object.entries(command.options).flatMap(([key, option]) => [
        ".TP",
        `.B ${roff(optionUsage(key, option))}`,
        roff(option.description)
      ]),
      ".PP",
      "Examples:",
      ".nf",
      ...command.examples.map(([, line]) => roff(line.startsWith("$ ") ? line.slice(2) : `${program} ${line}`)),
      ".fi"
    ])
  ].join("\n") + "\n"

/** Escapes what roff would interpret: backslashes, dashes, and a point or quote at the beginning of a line. */
const roff = (text: string): string => text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^([.'])/, "\\&$1")
