import i18next from 'i18next'
import { toastDone } from '#web/parts/toast.ts'

/** After people were moved or grouped: how many, and why the others were not. */
export function tellMoved(title: string, { alreadySo, refused }: { alreadySo: number; refused: number }): void {
  const t = i18next.getFixedT(null, 'people')
  const others = [
    alreadySo > 0 && t('already', { count: alreadySo }),
    refused > 0 && t('refused', { count: refused }),
  ].filter(Boolean)
  toastDone({ title, ...(others.length > 0 && { message: others.join(' ') }) })
}
