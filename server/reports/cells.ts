/** What a cell of an exported report holds. */
export type Cell = string | number | null

/** Whatever a spreadsheet takes for a formula begins so, in any script and after any space (R31). */
const formula = /^[\s\p{Z}\p{Cc}\p{Cf}]*[=+\-@|%＝＋－＠｜％]/u
const separated = /[;,\t\n\r]\s*[=+\-@|＝＋－＠｜]/u

/** Text that no spreadsheet runs, whatever separator it believes in: what could be a formula begins with an apostrophe. */
export const safe = (text: string): string => (formula.test(text) || separated.test(text) ? `'${text}` : text)
/** The text that was made safe so. */
export const unsafe = (text: string): string =>
  text.startsWith("'") && safe(text.slice(1)) === text ? text.slice(1) : text
