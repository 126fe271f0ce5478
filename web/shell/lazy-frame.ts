import { lazyRouteComponent } from '@tanstack/react-router'

/** The frame in a file of its own, so that the sign-in page loads without it. The router preloads it. */
export const Frame = lazyRouteComponent(() => import('./Frame.tsx'), 'Frame')
