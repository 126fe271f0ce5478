import i18next from 'i18next'
import { words as activity } from './activity/words.ts'
import { words as apiDocs } from './api-docs/words.ts'
import { words as connections } from './connections/words.ts'
import { words as courses } from './courses/words.ts'
import { words as departments } from './departments/words.ts'
import { words as enrollments } from './enrollments/words.ts'
import { words as groups } from './groups/words.ts'
import { words as imports } from './imports/words.ts'
import { words as lifecycle } from './lifecycle/words.ts'
import { words as mail } from './mail/words.ts'
import { words as people } from './people/words.ts'
import { words as portal } from './portal/words.ts'
import { words as provisioning } from './provisioning/words.ts'
import { words as reports } from './reports/words.ts'
import { words as seats } from './seats/words.ts'
import { words as settings } from './settings/words.ts'
import { words as singleSignOn } from './single-sign-on/words.ts'
import { words as tokens } from './tokens/words.ts'
import { words as webhooks } from './webhooks/words.ts'

/** What the screens behind the sign-in page say, by folder. In a file of its own, since that page needs none of it. */
const english = {
  activity,
  'api-docs': apiDocs,
  connections,
  courses,
  departments,
  enrollments,
  groups,
  imports,
  lifecycle,
  mail,
  people,
  portal,
  provisioning,
  reports,
  seats,
  settings,
  'single-sign-on': singleSignOn,
  tokens,
  webhooks,
}
export type ScreenWords = typeof english

for (const [folder, words] of Object.entries(english)) i18next.addResourceBundle('en', folder, words)
