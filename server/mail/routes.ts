import { editTemplate, getMail, listMails, listTemplates, previewTemplate, sendTestMail } from '#contract/mail.ts'
import type { Config } from '#server/config.ts'
import type { Gate } from '#server/gate/gate.ts'
import * as log from './log.ts'
import { edit, list, preview, sendTest } from './words.ts'

export function mailRoutes({ serve }: Gate, { smtpUrl }: Config): void {
  serve(listMails, (work, input) => log.list(work, input, smtpUrl !== undefined))
  serve(getMail, log.one)
  serve(listTemplates, list)
  serve(editTemplate, edit)
  serve(previewTemplate, preview)
  serve(sendTestMail, sendTest)
}
