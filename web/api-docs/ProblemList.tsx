import { Code } from '@mantine/core'
import { problems, type ProblemCode } from '#contract/problems.ts'
import classes from './ApiDocsPage.module.css'

/** Refusals: the code, its status, and what happened with the way out. */
export function ProblemList({ codes }: { codes: readonly ProblemCode[] }) {
  return (
    <ul className={classes.rows}>
      {codes.map((code) => (
        <li key={code} className={classes.row}>
          <div>
            <Code>{code}</Code> {problems[code].status}
          </div>
          <div>{problems[code].title}</div>
        </li>
      ))}
    </ul>
  )
}
