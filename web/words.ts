import i18next, { type FormatterModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { words as parts } from './parts/words.ts'
import type { ScreenWords } from './screen-words.ts'
import { words as shell } from './shell/words.ts'
import { words as signIn } from './sign-in/words.ts'

/** Text that may be on screen before anybody is signed in, by the folder that says it. */
const english = { parts, shell, 'sign-in': signIn }

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'parts'
    resources: typeof english & ScreenWords
  }
}

/** Numbers are written alike in every sentence: 10,000. */
const formatter: FormatterModule = {
  type: 'formatter',
  init() {},
  add() {},
  addCached() {},
  format: (value: unknown) => (typeof value === 'number' ? value.toLocaleString('en') : String(value)),
}

export const startWords = (): void => {
  void i18next
    .use(formatter)
    .use(initReactI18next)
    .init({
      lng: 'en',
      resources: { en: english },
      defaultNS: 'parts',
      initAsync: false,
      interpolation: { escapeValue: false, alwaysFormat: true },
    })
}

/** The text of all other screens. Whoever shows one of them waits for it. */
export async function loadScreenWords(): Promise<void> {
  await import('./screen-words.ts')
}
