/** Where to go after signing in: an address of this site, or the start. A link must not lead elsewhere. */
export function samePlace(next: string | undefined): string {
  const { origin } = window.location
  const place = next?.startsWith('/') && URL.canParse(next, origin) ? new URL(next, origin) : null
  if (!place || place.origin !== origin || place.pathname === '/sign-in') return '/'
  return place.pathname + place.search + place.hash
}
