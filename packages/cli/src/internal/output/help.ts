import * as HelpDoc from "@effect/cli/HelpDoc"

/** What a command does, with examples that can be copied. */
export const help = (
  text: string,
  examples: ReadonlyArray<readonly [command: string, description: string]>,
  ...more: ReadonlyArray<string>
): HelpDoc.HelpDoc =>
  HelpDoc.blocks([
    HelpDoc.p(text),
    ...more.map((paragraph) => HelpDoc.p(paragraph)),
    HelpDoc.h1("EXAMPLES"),
    ...examples.flatMap(([command, description]) => [HelpDoc.p(`# ${description}\n  ${command}`)])
  ])
