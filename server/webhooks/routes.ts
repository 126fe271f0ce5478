import {
  addWebhook,
  deleteWebhook,
  editWebhook,
  listDeliveries,
  listWebhooks,
  resendDelivery,
  testWebhook,
} from '#contract/webhooks.ts'
import type { Gate } from '#server/gate/gate.ts'
import { add, type Allowance, deliveries, edit, remove, resend, tryOut, webhooks } from './webhooks.ts'

export function webhooksRoutes({ serve, serveInSteps }: Gate, allowed: Allowance): void {
  serve(listWebhooks, webhooks)
  serve(addWebhook, add(allowed))
  serve(editWebhook, edit(allowed))
  serve(deleteWebhook, remove)
  serveInSteps(testWebhook, tryOut(allowed))
  serve(listDeliveries, deliveries)
  serve(resendDelivery, resend)
}
