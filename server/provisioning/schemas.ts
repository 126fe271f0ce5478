import { enterpriseSchema, groupSchema, userSchema } from './path.ts'

/** What an attribute is (RFC 7643, 7). */
interface Attribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'complex' | 'reference'
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable'
  readonly returned: 'default' | 'always'
  readonly uniqueness: 'none' | 'server'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
}

const attribute = (name: string, description: string, more: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
})
const complex = (
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  more: Partial<Attribute> = {},
): Attribute => attribute(name, description, { type: 'complex', subAttributes, ...more })

const isReadOnly = { mutability: 'readOnly' } as const
const ofWork = attribute('type', 'Always work: of several kinds this one is kept.', { canonicalValues: ['work'] })

const schema = (id: string, name: string, description: string, attributes: readonly Attribute[]) => ({
  id,
  name,
  description,
  attributes,
})

/** What is announced of users and groups: what is kept, and nothing else (R37). */
export const schemas = [
  schema(userSchema, 'User', 'A person of the account', [
    attribute('userName', 'What they sign in with at the identity provider. Compared without regard to case.', {
      required: true,
      uniqueness: 'server',
    }),
    complex('name', 'What they are called', [
      attribute('formatted', 'Given and family name. Read where neither of them is told.'),
      attribute('givenName', 'The first name'),
      attribute('familyName', 'The last name'),
    ]),
    attribute('displayName', 'What they are shown as at the identity provider'),
    attribute('title', 'The job title'),
    attribute('preferredLanguage', 'The language of their pages and mails, if Rollcall speaks it'),
    attribute('active', 'Whether they are in and take a seat. Left out: as it was.', { type: 'boolean' }),
    complex(
      'emails',
      'Their address. Of several that of work is kept.',
      [
        attribute('value', 'The address', { uniqueness: 'server' }),
        ofWork,
        attribute('primary', 'Always true', { type: 'boolean' }),
      ],
      { multiValued: true },
    ),
    complex('phoneNumbers', 'Their telephone number at work', [attribute('value', 'The number'), ofWork], {
      multiValued: true,
    }),
    complex(
      'groups',
      'The groups of the identity provider that they belong to',
      [
        attribute('value', 'The id of the group', { ...isReadOnly, caseExact: true }),
        attribute('$ref', 'Its address', { ...isReadOnly, type: 'reference', referenceTypes: ['Group'] }),
        attribute('display', 'Its name', isReadOnly),
        attribute('type', 'Always direct', { ...isReadOnly, canonicalValues: ['direct'] }),
      ],
      { ...isReadOnly, multiValued: true },
    ),
  ]),
  schema(groupSchema, 'Group', 'A group that the identity provider made', [
    attribute('displayName', 'Its name', { required: true, uniqueness: 'server' }),
    complex(
      'members',
      'The users who belong to it',
      [
        attribute('value', 'The id of the user', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'Their address', {
          mutability: 'immutable',
          type: 'reference',
          referenceTypes: ['User'],
        }),
        attribute('display', 'Their name', isReadOnly),
        attribute('type', 'Always User', { mutability: 'immutable', canonicalValues: ['User'] }),
      ],
      { multiValued: true },
    ),
  ]),
  schema(enterpriseSchema, 'EnterpriseUser', 'What a company knows of a user', [
    attribute('department', 'The department of this name. One that is not there is left out.'),
  ]),
]
