import '@mantine/tiptap/styles.layer.css'
import { useMantineStyleNonce } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import { Image } from '@tiptap/extension-image'
import { type JSONContent, useEditor } from '@tiptap/react'
import { StarterKit } from '@tiptap/starter-kit'
import type { Playing } from '#contract/portal.ts'
import { DoneButton } from './DoneButton.tsx'
import classes from './LearnPage.module.css'
import type { ModuleProps } from './Player.tsx'

/** A page of text, as its author wrote it. */
export function PageModule({
  document,
  saving,
  isDone,
}: ModuleProps & { document: Extract<Playing, { kind: 'page' }>['document'] }) {
  const nonce = useMantineStyleNonce()?.()
  const editor = useEditor({
    editable: false,
    extensions: [
      StarterKit.configure({
        link: { openOnClick: true, HTMLAttributes: { target: '_blank', rel: 'noopener noreferrer' } },
      }),
      Image,
    ],
    content: document as JSONContent,
    editorProps: { attributes: { role: 'article' } },
    ...(nonce && { injectNonce: nonce }),
  })
  return (
    <div className={classes.page}>
      <RichTextEditor editor={editor} variant="subtle">
        <RichTextEditor.Content />
      </RichTextEditor>
      <DoneButton saving={saving} isDone={isDone} />
    </div>
  )
}
