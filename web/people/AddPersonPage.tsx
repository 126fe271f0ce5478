export function AddPersonPage() {
  return null
}
