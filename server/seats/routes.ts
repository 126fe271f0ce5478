import { changeSeats, getSeatForecast, getSeats } from '#contract/seats.ts'
import type { Gate } from '#server/gate/gate.ts'
import { change } from './change.ts'
import { forecast } from './forecast.ts'
import { standing } from './standing.ts'

export function seatsRoutes({ serve }: Gate): void {
  serve(getSeats, standing)
  serve(getSeatForecast, forecast)
  serve(changeSeats, change)
}
