import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { words as activity } from './activity/words.ts'
import { words as apiDocs } from './api-docs/words.ts'
import { words as courses } from './courses/words.ts'
import { words as departments } from './departments/words.ts'
import { words as enrollments } from './enrollments/words.ts'
import { words as groups } from './groups/words.ts'
import { words as lifecycle } from './lifecycle/words.ts'
import { words as mail } from './mail/words.ts'
import { words as parts } from './parts/words.ts'
import { words as people } from './people/words.ts'
import { words as portal } from './portal/words.ts'
import { words as reports } from './reports/words.ts'
import { words as seats } from './seats/words.ts'
import { words as settings } from './settings/words.ts'
import { words as shell } from './shell/words.ts'
import { words as signIn } from './sign-in/words.ts'
import { words as tokens } from './tokens/words.ts'
import { words as webhooks } from './webhooks/words.ts'

/** All text on screen, by the folder that says it. */
const english = {
  activity,
  'api-docs': apiDocs,
  courses,
  departments,
  enrollments,
  groups,
  lifecycle,
  mail,
  parts,
  people,
  portal,
  reports,
  seats,
  settings,
  shell,
  'sign-in': signIn,
  tokens,
  webhooks,
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'parts'
    resources: typeof english
  }
}

export const startWords = (): void => {
  void i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: english },
    defaultNS: 'parts',
    initAsync: false,
    interpolation: { escapeValue: false },
  })
}
