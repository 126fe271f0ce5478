import { QueryClient } from '@tanstack/react-query'
import { Refused } from '#web/api/refused.ts'

/** What the browser knows of the server. In memory only: it is gone with the access. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one however often it is asked; a server that does not answer is asked again.
      retry: (failures, error) => failures < 2 && error instanceof Refused && error.code === 'unavailable',
    },
    // What is done now or refused, and never later unasked: by then somebody else may be in (S3).
    mutations: { networkMode: 'always' },
  },
})
