import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { addCourse, addModule, getCourse } from '#contract/courses.ts'
import { anAccount } from '#tests/harness/account.ts'

const text = (words: string, ...marks: object[]) => ({ type: 'text', text: words, ...(marks.length > 0 && { marks }) })
const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
const linkTo = (href: string, more: object = {}) => ({ type: 'link', attrs: { href, ...more } })
const image = (src: string) => ({ type: 'image', attrs: { src, alt: 'A picture' } })
const nested = (depth: number): object =>
  depth === 0 ? paragraph() : { type: 'blockquote', content: [nested(depth - 1)] }

const { admin } = await anAccount()
const course = await admin.call(addCourse, { title: 'Pages' })
const asPage = (...content: unknown[]) =>
  ({
    courseId: course.id,
    sectionId: course.sections[0]!.id,
    title: 'Page',
    content: { kind: 'page', document: { type: 'doc', content } },
  }) as const

describe('a page', () => {
  test('holds everything that its editor makes', async () => {
    const content = [
      ...[2, 3, 4].map((level) => ({ type: 'heading', attrs: { level }, content: [text('Title')] })),
      paragraph(
        ...['bold', 'italic', 'underline', 'strike', 'code'].map((type) => text(type, { type })),
        text(
          'here',
          { type: 'bold' },
          linkTo('https://example.org/a?b=c#d', { target: '_blank', rel: 'noopener', class: null }),
        ),
        text('or there', linkTo('mailto:somebody@example.org')),
        { type: 'hardBreak' },
      ),
      { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('One'))] }] },
      { type: 'orderedList', attrs: { start: 1 }, content: [{ type: 'listItem', content: [paragraph(text('One'))] }] },
      { type: 'blockquote', content: [paragraph(text('Said'))] },
      { type: 'codeBlock', attrs: { language: null }, content: [text('x = 1')] },
      { type: 'horizontalRule' },
      image(`/api/v1/files/${randomUUID()}`),
      paragraph(),
      nested(15),
    ]
    await admin.call(addModule, asPage(...content))
    const { sections } = await admin.call(getCourse, { courseId: course.id })
    expect(sections[0]!.modules[0]!.content).toEqual({ kind: 'page', document: { type: 'doc', content } })
  })

  test.each([
    ['a script', { type: 'script', content: [text('alert(1)')] }, 'A page cannot hold “script”.'],
    ['HTML', { type: 'html', attrs: { html: '<b>' } }, 'A page cannot hold “html”.'],
    ['a frame', { type: 'iframe', attrs: { src: 'https://example.org' } }, 'A page cannot hold “iframe”.'],
    ['a document in the document', { type: 'doc', content: [] }, 'A page cannot hold “doc”.'],
    ['what has no type', {}, 'A page cannot hold “undefined”.'],
    ['a type that is none', { type: ['paragraph'] }, 'A page cannot hold “paragraph”.'],
    ['a title of the first level', { type: 'heading', attrs: { level: 1 } }, 'A heading is of level 2, 3 or 4.'],
    ['a title without level', { type: 'heading' }, 'A heading is of level 2, 3 or 4.'],
    ['a picture from elsewhere', image('https://example.org/a.png'), 'A picture has to be uploaded here first.'],
    ['a picture in the page', image('data:image/svg+xml,<svg/>'), 'A picture has to be uploaded here first.'],
    ['a picture of another call', image('/api/v1/me'), 'A picture has to be uploaded here first.'],
    [
      'a picture beside a file',
      image(`/api/v1/files/${randomUUID()}/../../me`),
      'A picture has to be uploaded here first.',
    ],
    ['a picture of nothing', { type: 'image' }, 'A picture has to be uploaded here first.'],
    [
      'a link that acts',
      paragraph(text('x', linkTo('javascript:alert(1)'))),
      'A link begins with https:// or mailto:.',
    ],
    [
      'a link with a space in front',
      paragraph(text('x', linkTo(' javascript:alert(1)'))),
      'A link begins with https:// or mailto:.',
    ],
    ['a link into itself', paragraph(text('x', linkTo('/settings'))), 'A link begins with https:// or mailto:.'],
    ['a link of data', paragraph(text('x', linkTo('data:text/html,x'))), 'A link begins with https:// or mailto:.'],
    ['an unknown mark', paragraph(text('x', { type: 'textStyle', attrs: { color: 'red' } })), ''],
    ['marks that are none', paragraph({ type: 'text', text: 'x', marks: 'bold' }), ''],
    ['a text without words', paragraph({ type: 'text' }), 'A text is missing.'],
    ['content that is none', { type: 'paragraph', content: 'x' }, 'The page is not readable.'],
    ['nothing', null, 'The page is not readable.'],
    ['words alone', 'words', 'The page is not readable.'],
    ['too much in each other', nested(25), 'The page is not readable.'],
  ])('does not hold %s', async (_, node, message) => {
    const refusal = await admin.refused(addModule, asPage(paragraph(text('Fine')), node))
    expect(refusal).toMatchObject({ status: 422, code: 'invalid_input', where: [{ at: 'content.document' }] })
    const [where] = refusal['where'] as [{ message: string }]
    expect(where.message).toContain(message)
  })

  test('holds no text that cannot be stored, and not more than can be read', async () => {
    expect(await admin.refused(addModule, asPage(paragraph(text('a\0b'))))).toMatchObject({
      status: 422,
      code: 'invalid_input',
    })
    const many = Array.from({ length: 5001 }, () => paragraph())
    expect(await admin.refused(addModule, asPage(...many))).toMatchObject({ status: 422, code: 'invalid_input' })
    const long = paragraph(text('x'.repeat(1024 ** 2)))
    expect(await admin.refused(addModule, asPage(long))).toMatchObject({ status: 413, code: 'too_large' })
  })
})
