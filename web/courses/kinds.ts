import {
  IconFileText,
  IconHeadphones,
  IconHelpCircle,
  IconLink,
  IconPackage,
  IconTypography,
  IconVideo,
} from '@tabler/icons-react'
import type { FileKind, ModuleKind } from '#contract/courses.ts'

export const iconOf = {
  page: IconTypography,
  video: IconVideo,
  audio: IconHeadphones,
  document: IconFileText,
  link: IconLink,
  scorm: IconPackage,
  quiz: IconHelpCircle,
} as const satisfies Record<ModuleKind, unknown>

/** Which file a module of this kind shows; null: none. */
export const fileKindOf = {
  page: null,
  video: 'video',
  audio: 'audio',
  document: 'document',
  link: null,
  scorm: 'package',
  quiz: null,
} as const satisfies Record<ModuleKind, FileKind | null>

/** What the window for choosing a file offers. The server looks at the content, whatever the name says. */
export const offered: Record<FileKind, string> = {
  image: '.png,.jpg,.jpeg,.gif,.webp',
  video: '.mp4,.m4v,.webm',
  audio: '.mp3,.m4a,.aac,.ogg,.opus,.wav,.webm',
  document: '.pdf',
  package: '.zip',
}

/** The address of a file, for those who may see it. */
export const addressOf = (fileId: string): string => `/api/v1/files/${fileId}`
