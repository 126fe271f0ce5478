import type { StoredFile } from '#contract/courses.ts'

/** What a data model of SCORM says of an activity. */
export interface Told {
  readonly state: 'started' | 'completed' | 'failed'
  /** In percent; null: none was told. */
  readonly score: number | null
}

type Model = Record<string, unknown>

const at = (model: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? (part as Model)[name] : undefined),
    model,
  )
const word = (value: unknown): string => (typeof value === 'string' ? value : '')
const figure = (value: unknown): number | null => {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
  return Number.isFinite(number) ? number : null
}
const percent = (share: number): number => Math.round(Math.min(Math.max(share * 100, 0), 100) * 100) / 100

/** Reads the data model of an activity: SCORM 1.2 (`cmi.core`) or 2004 (RTE 4.2). */
export function readCmi(version: NonNullable<StoredFile['manifest']>['version'], given: Model): Told {
  const cmi = (typeof given['cmi'] === 'object' && given['cmi'] !== null ? given['cmi'] : given) as Model
  return version === '1.2' ? read12(cmi) : read2004(cmi)
}

function read12(cmi: Model): Told {
  const said = word(at(cmi, 'core', 'lesson_status'))
  return {
    state: said === 'failed' ? 'failed' : said === 'passed' || said === 'completed' ? 'completed' : 'started',
    score: scoreOf(at(cmi, 'core', 'score')),
  }
}

function read2004(cmi: Model): Told {
  const [success, completion] = [word(at(cmi, 'success_status')), word(at(cmi, 'completion_status'))]
  const scaled = figure(at(cmi, 'score', 'scaled'))
  return {
    state:
      success === 'failed' ? 'failed' : success === 'passed' || completion === 'completed' ? 'completed' : 'started',
    score: scaled === null ? scoreOf(at(cmi, 'score')) : percent(scaled),
  }
}

/** A raw score lies between `min` and `max`; without them it is one of a hundred. */
function scoreOf(score: unknown): number | null {
  const raw = figure(at(score, 'raw'))
  if (raw === null) return null
  const [min, max] = [figure(at(score, 'min')) ?? 0, figure(at(score, 'max')) ?? 100]
  return max > min ? percent((raw - min) / (max - min)) : null
}
