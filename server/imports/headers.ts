import type { CustomField } from '#contract/accounts.ts'
import { type ImportField, importFields } from '#contract/imports.ts'

/** What a field is called in a template and in results. */
export const nameOfField: Record<(typeof importFields)[number], string> = {
  email: 'E-mail',
  firstName: 'First name',
  lastName: 'Last name',
  role: 'Role',
  department: 'Department',
  groups: 'Groups',
  jobTitle: 'Job title',
  phone: 'Phone',
  hireDate: 'Hire date',
  language: 'Language',
  managedDepartments: 'Manages departments',
  status: 'Status',
  deactivationDate: 'Deactivation date',
}

/** What else they are called in files of other systems: English, German, French, Spanish. */
const others: Record<(typeof importFields)[number], string> = {
  email:
    'mail|e-mail address|email address|mail address|work email|upn|user principal name|e-mail-adresse|mailadresse|courriel|adresse e-mail|adresse mail|correo|correo electrónico',
  firstName: 'firstname|given name|forename|first|vorname|rufname|prénom|nombre',
  lastName: 'lastname|surname|family name|last|nachname|familienname|nom|nom de famille|apellido|apellidos',
  role: 'user role|rolle|rôle|rol',
  department:
    'department name|department path|dept|org unit|organisational unit|organizational unit|unit|division|team|abteilung|organisationseinheit|bereich|service|département|departamento',
  groups: 'group|group names|gruppen|gruppe|groupe|groupes|grupo|grupos',
  jobTitle:
    'title|position|job|function|stelle|stellenbezeichnung|berufsbezeichnung|funktion|poste|fonction|puesto|cargo',
  phone: 'telephone|phone number|mobile|mobile phone|telefon|telefonnummer|handy|téléphone|portable|teléfono|móvil',
  hireDate:
    'hired|hired on|date hired|start date|entry date|joining date|date of joining|eintrittsdatum|eintritt|einstellungsdatum|date d’embauche|date d’entrée|fecha de ingreso|fecha de contratación',
  language: 'locale|preferred language|sprache|langue|idioma',
  managedDepartments:
    'managed departments|manages|administers departments|leitet abteilungen|gère les départements|gestiona departamentos',
  status: 'user status|account status|zustand|statut|état|estado',
  deactivationDate:
    'last day|last day of access|end date|access ends|active until|leaving date|termination date|deaktivierungsdatum|letzter tag|austrittsdatum|austritt|date de désactivation|date de fin|date de sortie|fecha de desactivación|fecha de baja|fecha de fin',
}

/** What is compared of a header: letters and digits. */
export const keyOfHeader = (header: string): string =>
  header
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

const known = new Map<string, ImportField>(
  importFields.flatMap((field) =>
    [field, nameOfField[field], ...others[field].split('|')].map((word) => [keyOfHeader(word), field] as const),
  ),
)

/**
 * What each column is taken for: as this account did before, by the name of a field, or by what others call it. Each
 * field once, the first column that is called so; the others are ignored until somebody says otherwise.
 */
export function matched(
  headers: readonly string[],
  custom: readonly CustomField[],
  remembered: ReadonlyMap<string, ImportField | null>,
): (ImportField | null)[] {
  const ofAccount = new Map<string, ImportField>(
    custom.flatMap(({ key, label }) => [key, label].map((word) => [keyOfHeader(word), `custom.${key}`] as const)),
  )
  const taken = new Set<ImportField>()
  return headers.map((header) => {
    const key = keyOfHeader(header)
    const before = remembered.get(key)
    const isThere =
      before === undefined ||
      before === null ||
      !before.startsWith('custom.') ||
      custom.some((field) => `custom.${field.key}` === before)
    const field =
      key === '' ? null : before !== undefined && isThere ? before : (known.get(key) ?? ofAccount.get(key) ?? null)
    if (field === null || taken.has(field)) return null
    taken.add(field)
    return field
  })
}
