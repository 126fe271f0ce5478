import i18next from 'i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { previewEnroll } from '#contract/enrollments.ts'

type Tally = Answer<typeof previewEnroll>

/** Who is left out of an enrollment and why, a sentence for each reason (C7.76). */
export function leftOut({ alreadySo, refused }: Pick<Tally, 'alreadySo' | 'refused'>): string[] {
  const t = i18next.getFixedT(null, 'enrollments')
  return [
    ...(alreadySo > 0 ? [t('alreadySo', { count: alreadySo })] : []),
    ...refused.map(({ refusal, count, names }) => {
      const why = t(`refusal.${refusal}`)
      if (names.length === 0) return t('skippedNobodyNamed', { count, why })
      const listed = names.join(', ')
      const more = count - names.length
      return t('skipped', { count, why, names: more > 0 ? t('andMore', { names: listed, more }) : listed })
    }),
  ]
}
