import { Scorm12API, Scorm2004API } from 'scorm-again'
import type { Activity, Order, Report } from './words.ts'

/*
 * The page that plays a package, on the content origin. The package finds the runtime (API, API_1484_11) in this
 * window, above its own; what it commits is handed to the page that frames this one, which alone can store it.
 */

/** Where the pages are: they say it in the address when they open this. */
const pages = decodeURIComponent(location.hash.slice(1))
const framedBy = parent
// Packages look for their runtime upwards, window by window; the pages are of another origin, and looking at them is an
// error on which many stop. For them this window is the last one.
Object.defineProperty(window, 'parent', { value: window })
/** How long after a change that is not committed we commit it ourselves. */
const AUTOCOMMIT_SECONDS = 5

type Runtime = Scorm12API | Scorm2004API

let leave = (): void => {}

const report = (told: Report): void => framedBy.postMessage(told, pages)

function start({ version, activity, learner }: Extract<Order, { rollcall: 'start' }>): void {
  const settings = { autocommit: true, autocommitSeconds: AUTOCOMMIT_SECONDS, logLevel: 5 }
  const is12 = version === '1.2'
  const runtime: Runtime = is12 ? new Scorm12API(settings) : new Scorm2004API(settings)
  resume(runtime, is12, activity, learner)
  Object.assign(window, is12 ? { API: runtime } : { API_1484_11: runtime })

  let hasEnded = false
  const commit = (isLeaving: boolean): void =>
    report({ rollcall: 'commit', activityId: activity.id, cmi: modelOf(runtime), isLeaving })
  runtime.on(is12 ? 'LMSCommit' : 'Commit', () => commit(false))
  runtime.on(is12 ? 'LMSFinish' : 'Terminate', () => {
    hasEnded = true
    commit(true)
    report({ rollcall: 'left', activityId: activity.id })
  })

  const frame = document.createElement('iframe')
  frame.title = 'Content'
  frame.allow = 'fullscreen; autoplay'
  frame.src = `content/${activity.href.split('/').map(encodeURIComponent).join('/')}${activity.parameters}`
  document.body.replaceChildren(frame)
  // What an activity did not finish by itself is finished for it, so that its time and place are kept.
  leave = () => {
    frame.remove()
    if (!hasEnded && runtime.isInitialized()) {
      if (is12) (runtime as Scorm12API).lmsFinish('')
      else (runtime as Scorm2004API).lmsFinish('')
    } else report({ rollcall: 'left', activityId: activity.id })
    leave = () => {}
  }
}

/** Goes on where the activity was left: with all that it committed, except what belongs to one visit. */
function resume(runtime: Runtime, is12: boolean, { cmi }: Activity, learner: { id: string; name: string }): void {
  const before = cmi ?? {}
  const model = { ...((before['cmi'] as Record<string, unknown> | undefined) ?? before) }
  const hasBegun = Object.keys(model).length > 0
  if (is12) {
    const { core = {}, ...rest } = model as { core?: Record<string, unknown> }
    const { session_time: _, exit, ...kept } = core
    const entry = !hasBegun ? 'ab-initio' : exit === 'suspend' || exit === 'logout' ? 'resume' : ''
    runtime.loadFromJSON(
      { ...rest, core: { ...kept, student_id: learner.id, student_name: learner.name, entry } },
      'cmi',
    )
    return
  }
  const { session_time: _, exit, ...kept } = model
  const entry = !hasBegun ? 'ab_initio' : exit === 'suspend' || exit === 'logout' ? 'resume' : ''
  runtime.loadFromJSON({ ...kept, learner_id: learner.id, learner_name: learner.name, entry }, 'cmi')
}

/** The whole data model, as plain values, with the time spent so far taken into the whole. */
function modelOf(runtime: Runtime): Record<string, unknown> {
  const told = runtime.renderCommitCMI(true) as Record<string, unknown>
  return JSON.parse(JSON.stringify(told)) as Record<string, unknown>
}

window.addEventListener('message', ({ origin, source, data }: MessageEvent<Order>) => {
  if (origin !== pages || source !== framedBy) return
  if (data.rollcall === 'start') start(data)
  if (data.rollcall === 'leave') leave()
})
// The framed page runs its own `pagehide` first, and may finish by itself.
window.addEventListener('pagehide', () => leave())

if (pages) report({ rollcall: 'ready' })
