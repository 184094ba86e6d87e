const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

/** Returns a bar chart of named values as SVG that is legible on light and dark backgrounds. */
export const chart = (title: string, bars: ReadonlyArray<readonly [string, number]>): string => {
  const widest = Math.max(...bars.map(([, value]) => value))
  const rows = bars.map(([name, value], index) => {
    const y = 44 + index * 28
    const width = (value / widest) * 360
    return `  <text x="190" y="${y + 14}" text-anchor="end">${escape(name)}</text>
  <rect x="200" y="${y}" width="${width.toFixed(1)}" height="20" fill="${
      name.startsWith("ours") ? "#6d5dfc" : "#8a8f98"
    }"/>
  <text x="${(206 + width).toFixed(1)}" y="${y + 14}">${value.toFixed(3)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="${
    60 + bars.length * 28
  }" font-family="sans-serif" font-size="13" fill="#777">
  <text x="8" y="24" font-size="15">${escape(title)}</text>
${rows.join("\n")}
</svg>
`
}
