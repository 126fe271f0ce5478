import '@mantine/tiptap/styles.layer.css'
import { useMantineStyleNonce } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import { IconPhotoPlus } from '@tabler/icons-react'
import { Image } from '@tiptap/extension-image'
import { type JSONContent, useEditor } from '@tiptap/react'
import { StarterKit } from '@tiptap/starter-kit'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './PageEditor.module.css'
import { addressOf } from './kinds.ts'
import { type PageTyped, tidy } from './module-form.ts'
import { PictureDialog } from './PictureDialog.tsx'

interface PageEditorProps {
  document: PageTyped
  /** What the editor makes of the document that it was given, before anything is typed. */
  onReady: (document: PageTyped) => void
  onChange: (document: PageTyped) => void
}

/** Pictures that were uploaded here. Those of other places in what is pasted are left out: nobody else's server is asked. */
const Picture = Image.extend({ parseHTML: () => [{ tag: `img[src^="${addressOf('')}"]` }] })

const levels = [2, 3, 4] as const

/** The text of a page. */
export function PageEditor({ document, onReady, onChange }: PageEditorProps) {
  const { t } = useTranslation('courses')
  const nonce = useMantineStyleNonce()?.()
  const [picture, setPicture] = useState<{ file: File | null } | null>(null)
  const take = (files: FileList | undefined): boolean => {
    const file = [...(files ?? [])].find(({ type }) => type.startsWith('image/'))
    if (file) setPicture({ file })
    return file !== undefined
  }
  const editor = useEditor({
    extensions: [
      StarterKit.configure({
        heading: { levels: [...levels] },
        link: { openOnClick: false, defaultProtocol: 'https' },
      }),
      Picture,
    ],
    content: document as JSONContent,
    ...(nonce && { injectNonce: nonce }),
    shouldRerenderOnTransaction: true,
    editorProps: {
      attributes: { 'aria-label': t('pageText'), role: 'textbox', 'aria-multiline': 'true' },
      handlePaste: (_view, event) => take(event.clipboardData?.files),
      handleDrop: (_view, event, _slice, isMoved) => !isMoved && take(event.dataTransfer?.files),
    },
    onCreate: (ready) => onReady(documentOf(ready.editor)),
    onUpdate: (changed) => onChange(documentOf(changed.editor)),
  })
  return (
    <>
      <RichTextEditor editor={editor} classNames={{ content: classes.content! }}>
        <RichTextEditor.Toolbar>
          <RichTextEditor.ControlsGroup>
            <RichTextEditor.H2 />
            <RichTextEditor.H3 />
            <RichTextEditor.H4 />
          </RichTextEditor.ControlsGroup>
          <RichTextEditor.ControlsGroup>
            <RichTextEditor.Bold />
            <RichTextEditor.Italic />
            <RichTextEditor.Underline />
            <RichTextEditor.Strikethrough />
            <RichTextEditor.Code />
            <RichTextEditor.ClearFormatting />
          </RichTextEditor.ControlsGroup>
          <RichTextEditor.ControlsGroup>
            <RichTextEditor.BulletList />
            <RichTextEditor.OrderedList />
            <RichTextEditor.Blockquote />
            <RichTextEditor.CodeBlock />
            <RichTextEditor.Hr />
          </RichTextEditor.ControlsGroup>
          <RichTextEditor.ControlsGroup>
            <RichTextEditor.Link />
            <RichTextEditor.Unlink />
            <RichTextEditor.Control
              aria-label={t('addPicture')}
              title={t('addPicture')}
              onClick={() => setPicture({ file: null })}
            >
              <IconPhotoPlus size={16} stroke={1.5} />
            </RichTextEditor.Control>
          </RichTextEditor.ControlsGroup>
          <RichTextEditor.ControlsGroup>
            <RichTextEditor.Undo />
            <RichTextEditor.Redo />
          </RichTextEditor.ControlsGroup>
        </RichTextEditor.Toolbar>
        <RichTextEditor.Content />
      </RichTextEditor>
      {picture && (
        <PictureDialog
          source={picture.file}
          onClose={() => setPicture(null)}
          onPicture={(attributes) => editor.chain().focus().setImage(attributes).run()}
        />
      )}
    </>
  )
}

const documentOf = (editor: { getJSON: () => { content?: unknown[] } }): PageTyped =>
  tidy({ type: 'doc', content: editor.getJSON().content ?? [] })
