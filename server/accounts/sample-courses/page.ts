/** Pages as the editor keeps them, told briefly. */

type Node = Record<string, unknown>

const words = (text: string): Node[] =>
  text.split(/(\*\*[^*]+\*\*)/).flatMap((part): Node[] => {
    if (part === '') return []
    return part.startsWith('**')
      ? [{ type: 'text', text: part.slice(2, -2), marks: [{ type: 'bold' }] }]
      : [{ type: 'text', text: part }]
  })

const paragraph = (text: string): Node => ({ type: 'paragraph', content: words(text) })
const list = (type: 'bulletList' | 'orderedList', items: readonly string[]): Node => ({
  type,
  content: items.map((item) => ({ type: 'listItem', content: [paragraph(item)] })),
})

/**
 * A page from lines: `## ` begins a heading, `- ` an item of a list, `1. ` one of a numbered list, `> ` a quotation;
 * everything else is a paragraph. `**` around words makes them bold.
 */
export function pageOf(lines: readonly string[]): { type: 'doc'; content: Node[] } {
  const content: Node[] = []
  for (let at = 0; at < lines.length;) {
    const kind = kindOf(lines[at]!)
    const run = [lines[at]!]
    while (kind.isRun && at + run.length < lines.length && kindOf(lines[at + run.length]!) === kind)
      run.push(lines[at + run.length]!)
    content.push(kind.node(run.map((line) => line.slice(kind.mark.length))))
    at += run.length
  }
  return { type: 'doc', content }
}

const kinds = [
  {
    mark: '## ',
    isRun: false,
    node: ([text]: string[]): Node => ({ type: 'heading', attrs: { level: 2 }, content: words(text!) }),
  },
  { mark: '- ', isRun: true, node: (items: string[]): Node => list('bulletList', items) },
  { mark: '1. ', isRun: true, node: (items: string[]): Node => list('orderedList', items) },
  { mark: '> ', isRun: false, node: ([text]: string[]): Node => ({ type: 'blockquote', content: [paragraph(text!)] }) },
  { mark: '', isRun: false, node: ([text]: string[]): Node => paragraph(text!) },
] as const
const kindOf = (line: string) => kinds.find(({ mark }) => line.startsWith(mark))!
