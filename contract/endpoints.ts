import * as accounts from './accounts.ts'
import * as courses from './courses.ts'
import * as departments from './departments.ts'
import type { Endpoint } from './endpoint.ts'
import * as enrollments from './enrollments.ts'
import * as groups from './groups.ts'
import * as imports from './imports.ts'
import * as lifecycle from './lifecycle.ts'
import * as mail from './mail.ts'
import * as passkeys from './passkeys.ts'
import * as people from './people.ts'
import * as portal from './portal.ts'
import * as provisioning from './provisioning.ts'
import * as reports from './reports.ts'
import * as secondStep from './second-step.ts'
import * as seats from './seats.ts'
import * as signIn from './sign-in.ts'
import * as singleSignOn from './single-sign-on.ts'
import * as tokens from './tokens.ts'
import * as webhooks from './webhooks.ts'

const isEndpoint = (told: unknown): told is Endpoint =>
  typeof told === 'object' && told !== null && 'path' in told && 'access' in told && 'answer' in told

/** Every endpoint by its name. The matrix test, the OpenAPI document and the server's own check at start read it. */
export const endpoints: Record<string, Endpoint> = Object.fromEntries(
  [
    accounts,
    courses,
    departments,
    enrollments,
    groups,
    imports,
    lifecycle,
    mail,
    passkeys,
    people,
    portal,
    provisioning,
    reports,
    secondStep,
    seats,
    signIn,
    singleSignOn,
    tokens,
    webhooks,
  ].flatMap((feature) => Object.entries(feature).filter((entry): entry is [string, Endpoint] => isEndpoint(entry[1]))),
)
