import type { Result } from './result.ts'

/** Two plots of the same works over the number of people: what should grow with them, and what should not. */
const plots = [
  {
    title: 'Should grow with the people (seconds)',
    works: {
      'deactivate all at once': '#c2410c',
      'record a tenth of the people, due at once': '#7c3aed',
      'export people, whole': '#0f766e',
    },
  },
  {
    title: 'Should stay as it is (milliseconds)',
    works: {
      'People, first page, p95': '#1d4ed8',
      'People, page in the middle, p95': '#0891b2',
      'search 4 letters, p95': '#be185d',
      'deactivate one person, p50': '#4d7c0f',
    },
  },
] as const

const [width, height] = [460, 340]
const inner = { left: 56, right: 36, top: 40, bottom: 96 }
const innerWidth = width - inner.left - inner.right
const innerHeight = height - inner.top - inner.bottom

export function chart(results: readonly Result[]): string {
  const drawn = plots.map((plot, at) => `<g transform="translate(${at * width} 0)">${drawnPlot(plot, results)}</g>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${plots.length * width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>How the cost grows with the number of people</title>
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join('\n')}
</svg>
`
}

function drawnPlot({ title, works }: (typeof plots)[number], results: readonly Result[]): string {
  const lines = Object.entries(works).map(([work, color]) => ({ work, color, points: pointsOf(work, results) }))
  const values = lines.flatMap(({ points }) => points.map((point) => point.ours))
  const down = Math.floor(Math.log10(Math.min(...values)))
  const up = Math.max(Math.ceil(Math.log10(Math.max(...values))), down + 1)
  const [few, many] = [Math.log10(results[0]!.people), Math.log10(results.at(-1)!.people)]
  const x = (people: number) => inner.left + (innerWidth * (Math.log10(people) - few)) / (many - few || 1)
  const y = (value: number) => inner.top + innerHeight * (1 - (Math.log10(value) - down) / (up - down))

  const grid = Array.from({ length: up - down + 1 }, (_, at) => 10 ** (down + at)).map(
    (
      value,
    ) => `<line x1="${inner.left}" x2="${width - inner.right}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="#e5e7eb"/>
<text x="${inner.left - 6}" y="${round(y(value) + 4)}" text-anchor="end" fill="#4b5563">${Number(value.toPrecision(1)).toLocaleString('en')}</text>`,
  )
  const sizes = results.map(
    ({ people }) =>
      `<text x="${round(x(people))}" y="${inner.top + innerHeight + 16}" text-anchor="middle" fill="#4b5563">${people.toLocaleString('en')}</text>`,
  )
  const drawn = lines.map(({ work, color, points }, at) => {
    const places = points.map(({ people, ours }) => [round(x(people)), round(y(ours))] as const)
    const legend = inner.top + innerHeight + 34 + at * 15
    return `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>
${places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`).join('')}
<rect x="${inner.left}" y="${legend - 8}" width="14" height="3" fill="${color}"/><text x="${inner.left + 20}" y="${legend - 2}" fill="#111827">${work}</text>`
  })
  return `<text x="${inner.left}" y="22" font-size="14" font-weight="600" fill="#111827">${title}</text>
${[...grid, ...sizes, ...drawn].join('\n')}`
}

const pointsOf = (work: string, results: readonly Result[]) =>
  results.flatMap(({ people, rows }) => rows.filter((row) => row.work === work).map(({ ours }) => ({ people, ours })))
const round = (value: number) => Math.round(value * 10) / 10
