export const words = {
  title: 'API documentation',
  subtitle: 'Everything that the screens do, as calls. Version 1.',
  openApi: 'OpenAPI document',
  filter: 'Filter calls',
  filterPlaceholder: 'A word, a path or a problem code',
  nothing: 'No call matches “{{search}}”.',
  clear: 'Show all calls',
  contents: 'Calls by subject',
  linkTo: 'Link to {{name}}',

  startTitle: 'To begin with',
  startSession: 'Sign in once and keep the cookie. Every other call sends it.',
  startBodies:
    'POST and PATCH take a JSON body; GET and DELETE take a query, in which several values repeat the name. What stands as :name in the path belongs there.',
  startPages: 'Lists come in pages: send the next of an answer as cursor to go on. It is null on the last page.',
  startDates:
    'Dates are calendar dates (2026-12-12) in the account’s time zone. Moments are UTC (2026-12-12T22:59:00.000Z).',
  startKeys: 'A POST with an Idempotency-Key header is done once, however often it is sent.',
  startProblems:
    'A refusal is application/problem+json: code names it, title says what happened and the way out, where names the fields.',
  startLive:
    'GET /api/v1/live is a stream of server-sent events: people when people or seats have changed, access-ended when the caller’s access is over.',

  everyCall: 'What every call can refuse',
  access: 'Who may call',
  accessOf: {
    public: 'Anybody, signed in or not',
    signed_in: 'Whoever is signed in',
    people: 'Owner, administrators, department administrators in their departments',
    courses: 'Owner, administrators and authors',
    catalog: 'Owner, administrators, authors, and department administrators for people of their departments',
    account: 'Owner and administrators',
    owner: 'The owner',
  },
  input: 'Input',
  noInput: 'None.',
  required: 'required',
  optional: 'optional',
  placeOf: { path: 'In the path', query: 'In the query', body: 'In the body' },
  answer: 'Answer',
  problems: 'Problems',
  example: 'Example',
}
