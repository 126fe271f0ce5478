import { IconBook } from '@tabler/icons-react'
import classes from './Cover.module.css'
import { addressOf } from './kinds.ts'

/** The picture of a course, small; without one, a quiet sign in its place. */
export function Cover({ fileId, size }: { fileId: string | null; size: 'row' | 'large' }) {
  return (
    <span className={classes.cover} data-size={size}>
      {fileId ? (
        <img src={addressOf(fileId)} alt="" loading="lazy" className={classes.picture} />
      ) : (
        <IconBook size={size === 'row' ? 16 : 32} stroke={1.5} aria-hidden />
      )}
    </span>
  )
}
