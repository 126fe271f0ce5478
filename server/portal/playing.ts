import { sql } from 'kysely'
import type { PageDocument, Quiz, StoredFile } from '#contract/courses.ts'
import type { ModuleState, Playing } from '#contract/portal.ts'
import type { z } from 'zod'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import type { Playable } from './open-module.ts'
import { attemptsAt } from './answer-quiz.ts'

/** What the player draws of a module: of a quiz the questions, never what is right. */
export async function playing(work: Work, module: Playable, playerUrl: string): Promise<Playing> {
  switch (module.kind) {
    case 'page':
      return { kind: 'page', document: (module.content as { document: z.output<typeof PageDocument> }).document }
    case 'link':
      return { kind: 'link', url: (module.content as { url: string }).url }
    case 'video':
    case 'audio':
    case 'document':
      return { kind: module.kind, file: fileOf(module) }
    case 'quiz':
      return quizOf(work, module)
    case 'scorm':
      return scormOf(work, module, playerUrl)
  }
}

function fileOf({ file }: Playable): StoredFile {
  if (!file) throw new Problem('not_found')
  return file
}

async function quizOf(work: Work, { id, content, enrollmentId }: Playable): Promise<Playing> {
  const { questions, passMark, mostAttempts } = (content as { quiz: Quiz }).quiz
  const { count, best } = await attemptsAt(work, enrollmentId, id)
  return {
    kind: 'quiz',
    questions: questions.map((question) => ({
      id: question.id,
      kind: question.kind,
      text: question.text,
      choices: question.choices.map((choice) => ({ id: choice.id, text: choice.text })),
    })),
    passMark,
    attemptsLeft: mostAttempts === null ? null : Math.max(mostAttempts - count, 0),
    bestScore: best,
  }
}

interface Activity {
  readonly sco: string
  readonly cmi: Record<string, unknown>
  readonly state: ModuleState
}

async function scormOf(work: Work, module: Playable, playerUrl: string): Promise<Playing> {
  const { db, accountId, actor } = work
  const { manifest } = fileOf(module)
  if (!manifest) throw new Problem('not_found')
  const { rows: states } = await sql<Activity>`
    select sco, cmi, state from scorm_states
    where account_id = ${accountId} and enrollment_id = ${module.enrollmentId} and module_id = ${module.id}
  `.execute(db)
  const { rows: learner } = await sql<{ id: string; name: string }>`
    select user_id as id, last_name || ', ' || first_name as name from profiles where account_id = ${accountId} and user_id = ${actor.id}
  `.execute(db)
  const told = new Map(states.map((one) => [one.sco, one]))
  return {
    kind: 'scorm',
    version: manifest.version,
    activities: manifest.activities.map((activity) => ({
      ...activity,
      state: told.get(activity.id)?.state ?? 'not_started',
      cmi: told.get(activity.id)?.cmi ?? null,
    })),
    playerUrl,
    learner: learner[0]!,
  }
}
