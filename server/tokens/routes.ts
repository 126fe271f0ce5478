import { addToken, endToken, listTokens } from '#contract/tokens.ts'
import type { Gate } from '#server/gate/gate.ts'
import { add, end, tokens } from './tokens.ts'

export function tokensRoutes({ serve }: Gate): void {
  serve(listTokens, tokens)
  serve(addToken, add)
  serve(endToken, end)
}
