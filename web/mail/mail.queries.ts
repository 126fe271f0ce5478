import { keepPreviousData } from '@tanstack/react-query'
import type { Call } from '#contract/endpoint.ts'
import { getMail, listMails, listTemplates } from '#contract/mail.ts'
import { ask } from '#web/api/ask.ts'

export const mails = (search: Call<typeof listMails>) => ({
  ...ask(listMails, search),
  placeholderData: keepPreviousData,
})
export const mail = (mailId: string) => ask(getMail, { mailId })
export const templates = () => ask(listTemplates, {})
