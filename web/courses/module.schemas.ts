import '#web/api/strict.ts'

/** What is typed of a module is checked before it is sent. */
export { ModuleContent } from '#contract/courses.ts'
export { Line } from '#contract/words.ts'
