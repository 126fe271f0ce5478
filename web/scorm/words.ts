/** What the pages and the page on the content origin say to each other. Each looks at where a word comes from. */

export interface Activity {
  readonly id: string
  readonly href: string
  readonly parameters: string
  readonly cmi: Record<string, unknown> | null
}

/** From the pages. */
export type Order =
  | {
      readonly rollcall: 'start'
      readonly version: '1.2' | '2004'
      readonly activity: Activity
      readonly learner: { readonly id: string; readonly name: string }
    }
  | { readonly rollcall: 'leave' }

/** To the pages. */
export type Report =
  | { readonly rollcall: 'ready' }
  | {
      readonly rollcall: 'commit'
      readonly activityId: string
      readonly cmi: Record<string, unknown>
      readonly isLeaving: boolean
    }
  | { readonly rollcall: 'left'; readonly activityId: string }
