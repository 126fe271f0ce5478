/** `FAULTS=long` looks longer for what happens seldom; without it there is as much as fits into every run. */
export const isLong = process.env['FAULTS'] === 'long'
