import { Link } from '@tanstack/react-router'
import classes from './Frame.module.css'

/** Our mark (the one of favicon.svg) and our name. */
export function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <img src="/favicon.svg" alt="" width={24} height={24} />
      Rollcall
    </Link>
  )
}
