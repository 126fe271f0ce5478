import type { ModuleContent, ModuleKind } from '#contract/courses.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { checkPage } from './page.ts'

/** The kind of file that a module of this kind shows. */
const fileKindOf = { video: 'video', audio: 'audio', document: 'document', scorm: 'package' } as const

/** What of a module's content stands in its row: the file as a column of its own, the rest as it is. */
export const columnsOf = (content: ModuleContent) => {
  const { kind, ...rest } = content
  const { fileId = null, ...told } = rest as { fileId?: string } & Record<string, unknown>
  return { kind, fileId, content: JSON.stringify(told) }
}

/** The content as it was handed in, from its row. */
export const contentOf = (row: { kind: ModuleKind; fileId: string | null; content: unknown }): ModuleContent =>
  ({ kind: row.kind, ...(row.content as object), ...(row.fileId && { fileId: row.fileId }) }) as ModuleContent

/**
 * Sees that a module's content can be shown: its file is there and of its kind, its page holds what a page may hold.
 *
 * @throws Problem `unknown_file`, `wrong_file`, `invalid_input`
 */
export async function checkContent({ db, accountId }: Work, content: ModuleContent): Promise<void> {
  if (content.kind === 'page') checkPage(content.document)
  if (!('fileId' in content)) return
  const file = await db
    .selectFrom('files')
    .select('kind')
    .where('accountId', '=', accountId)
    .where('id', '=', content.fileId)
    .executeTakeFirst()
  const where = (message: string) => ({ where: [{ at: 'content.fileId', message }] })
  if (!file) throw new Problem('unknown_file', where('This file does not exist. Upload it first.'))
  if (file.kind !== fileKindOf[content.kind])
    throw new Problem(
      'wrong_file',
      where(`This module needs a file of the kind ${fileKindOf[content.kind]}; this is of the kind ${file.kind}.`),
    )
}
