import { fileTypeFromFile } from 'file-type'
import type { FileKind } from '#contract/courses.ts'
import { Problem } from '#server/problem.ts'

const MB = 1024 ** 2
const GB = 1024 ** 3

interface Kind {
  readonly mostBytes: number
  /** By content; nothing that can act in a page stands here (no SVG, no HTML). */
  readonly mediaTypes: readonly string[]
  readonly inWords: string
}

export const kinds: Record<FileKind, Kind> = {
  image: {
    mostBytes: 20 * MB,
    mediaTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
    inWords: 'a picture (PNG, JPEG, GIF or WebP)',
  },
  video: {
    mostBytes: 4 * GB,
    mediaTypes: ['video/mp4', 'video/webm', 'video/x-m4v'],
    inWords: 'a video (MP4 or WebM)',
  },
  audio: {
    mostBytes: GB,
    // A container does not tell at its beginning whether there is a picture in it.
    mediaTypes: [
      'audio/mpeg',
      'audio/mp4',
      'audio/x-m4a',
      'video/mp4',
      'audio/aac',
      'audio/ogg',
      'audio/wav',
      'video/webm',
    ],
    inWords: 'a sound file (MP3, M4A, AAC, OGG, WAV or WebM)',
  },
  document: { mostBytes: 500 * MB, mediaTypes: ['application/pdf'], inWords: 'a PDF document' },
  package: { mostBytes: 2 * GB, mediaTypes: ['application/zip'], inWords: 'a SCORM package (a ZIP file)' },
}

/** As browsers know them. */
function asPlayed(mediaType: string, kind: FileKind): string {
  const [, format] = /^\w+\/(?:x-)?(.+)$/.exec(mediaType) ?? []
  if (kind === 'video' && format === 'm4v') return 'video/mp4'
  if (kind === 'audio') return `audio/${format === 'm4a' ? 'mp4' : format}`
  return mediaType
}

/**
 * The media type of a file, by what is in it.
 *
 * @throws Problem `wrong_file` saying what is wanted, and what this is
 */
export async function mediaTypeOf(path: string, kind: FileKind): Promise<string> {
  const { mediaTypes, inWords } = kinds[kind]
  const found = await fileTypeFromFile(path)
  const mediaType = found?.mime.split(';')[0]
  if (mediaType && mediaTypes.includes(mediaType)) return asPlayed(mediaType, kind)
  const what = found
    ? `This is ${found.ext.toUpperCase()} (${found.mime}).`
    : 'What this is, its content does not tell.'
  throw new Problem('wrong_file', { where: [{ at: 'file', message: `Here ${inWords} is needed. ${what}` }] })
}
