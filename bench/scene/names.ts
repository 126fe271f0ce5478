import { firstNames, lastNames } from '#server/accounts/sample-words.ts'

const starts =
  'Al An Ar Ba Be Bo Bra Ca Che Da De Do El Em Fa Fe Ga Gi Gra Ha He Ho Ja Je Ka Ke Ko La Le Lo Ma Me Mo Na Ne Pa Pe Ra Ro Sa Sche Se Shi So Sta Ta To Va Ve Wa Zi'
const middles = 'n r l m s d t ck ll nn ri la ne mo de vi sa ka ro bel min der gan tor'
const firstEnds = 'a e o ia en an is ette us on y ine'
const lastEnds =
  'berg er mann sen son ov ova ski ez es ini eau ert ier stein wald ström dottir oğlu ić ko ura moto shi wan ley ton field gård'

/** Names as people have them: the first are real ones, all differ, and how often each is borne is the drawing's matter. */
export const manyFirstNames = names(firstNames, firstEnds, 1_000)
export const manyLastNames = names(lastNames, lastEnds, 20_000)

function names(real: readonly string[], ends: string, howMany: number): string[] {
  const parts = [starts.split(' '), middles.split(' '), ends.split(' ')] as const
  const all = parts[0].flatMap((start) => parts[1].flatMap((middle) => parts[2].map((end) => start + middle + end)))
  const found = new Set(real)
  // A step that shares no factor with the number of names comes by each of them once, the similar ones far apart.
  const step = 104_729
  for (let place = 0; place < all.length && found.size < howMany; place++) found.add(all[(place * step) % all.length]!)
  if (found.size < howMany) throw new Error(`The syllables make ${found.size} names instead of ${howMany}.`)
  return [...found]
}
