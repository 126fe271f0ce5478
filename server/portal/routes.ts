import {
  answerQuiz,
  commitScorm,
  getCertificate,
  getOutline,
  keepOpen,
  listMyCertificates,
  listMyCourses,
  listMyHistory,
  openModule,
  saveProgress,
  verifyCertificate,
} from '#contract/portal.ts'
import type { Config } from '#server/config.ts'
import { contentOrigin } from '#server/gate/content-origin.ts'
import type { Gate } from '#server/gate/gate.ts'
import { answerQuiz as answer } from './answer-quiz.ts'
import { certificateFile, myCertificates, verify } from './certificates.ts'
import { commitScorm as commit } from './commit-scorm.ts'
import { keepOpen as keep } from './keep-open.ts'
import { myCourses, myHistory } from './my-courses.ts'
import { openModule as open } from './open-module.ts'
import { outline } from './outline.ts'
import { saveProgress as save } from './save-progress.ts'

export function portalRoutes({ serve, serveFile, servePublic }: Gate, config: Config): void {
  serve(listMyCourses, myCourses)
  serve(getOutline, outline)
  serve(openModule, (work, input, { host }) => open(work, input, contentOrigin(config, host)))
  serve(saveProgress, save)
  serve(commitScorm, commit)
  serve(answerQuiz, answer)
  serve(keepOpen, keep)
  serve(listMyCertificates, myCertificates)
  serve(listMyHistory, myHistory)
  serveFile(getCertificate, (work, input, { origin }) => certificateFile(work, input, { config, origin }))
  servePublic(verifyCertificate, verify)
}
