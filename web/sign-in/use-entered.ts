import { useQueryClient } from '@tanstack/react-query'
import type { Me, NextStep } from '#contract/sign-in.ts'
import { accessIsBack } from '#web/api/access.ts'
import { forget, me } from '#web/api/me.ts'

export const isNextStep = (answer: Me | NextStep): answer is NextStep => 'nextStep' in answer

/** What is done here once somebody is in. */
export function useEntered(): (mine: Me) => void {
  const queryClient = useQueryClient()
  return (mine) => {
    // Somebody else may have been signed in here before.
    forget(queryClient)
    queryClient.setQueryData(me().queryKey, mine)
    accessIsBack()
  }
}
