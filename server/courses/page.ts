import { z } from 'zod'
import { Problem } from '#server/problem.ts'

/** What a page may hold. Whatever is not named here cannot be stored, so that nobody has to clean it where it is shown. */
const marks = z.array(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.enum(['bold', 'italic', 'underline', 'strike', 'code']) }),
    z.strictObject({
      type: z.literal('link'),
      attrs: z
        .object({
          href: z
            .string()
            .max(2000)
            .regex(/^(https?:\/\/|mailto:)[^\s]+$/i, { error: 'A link begins with https:// or mailto:.' }),
        })
        .transform(({ href }) => ({ href })),
    }),
  ]),
)

const deepest = 20
const ownFile = /^\/api\/v1\/files\/[0-9a-f-]{36}$/
const blocks = new Set([
  'paragraph',
  'bulletList',
  'orderedList',
  'listItem',
  'blockquote',
  'codeBlock',
  'hardBreak',
  'horizontalRule',
])

interface Node {
  type?: unknown
  attrs?: Record<string, unknown> | null
  text?: unknown
  marks?: unknown
  content?: unknown
}

/** @throws Problem `invalid_input` naming the first thing that a page may not hold */
export function checkPage(document: { content: unknown[] }): void {
  for (const node of document.content) check(node as Node, 1)
}

function check(node: Node, depth: number): void {
  if (typeof node !== 'object' || node === null || depth > deepest) throw wrong('The page is not readable.')
  const { type, attrs, content } = node
  switch (type) {
    case 'text':
      if (typeof node.text !== 'string') throw wrong('A text is missing.')
      checkMarks(node.marks)
      return
    case 'image':
      if (typeof attrs?.['src'] !== 'string' || !ownFile.test(attrs['src']))
        throw wrong('A picture has to be uploaded here first.')
      return
    case 'heading':
      if (![2, 3, 4].includes(attrs?.['level'] as number)) throw wrong('A heading is of level 2, 3 or 4.')
      break
    default:
      if (typeof type !== 'string' || !blocks.has(type))
        throw wrong(`A page cannot hold “${String(type).slice(0, 40)}”.`)
  }
  if (content === undefined) return
  if (!Array.isArray(content)) throw wrong('The page is not readable.')
  for (const part of content) check(part as Node, depth + 1)
}

function checkMarks(given: unknown): void {
  if (given === undefined) return
  const { error } = marks.safeParse(given)
  if (error) throw wrong(error.issues[0]?.message ?? 'The page is not readable.')
}

const wrong = (message: string): Problem =>
  new Problem('invalid_input', { where: [{ at: 'content.document', message }] })
