import { SeatChart } from '#web/seats/SeatChart.tsx'

/** Seats used over the past year, and as the deactivation dates stand. */
export function SeatsReport() {
  return <SeatChart />
}
