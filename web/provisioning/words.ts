export const words = {
  title: 'Provisioning',
  text: 'Your identity provider, such as Entra ID or Okta, adds people here, changes them, and ends and restores their access by itself (SCIM 2.0). It sees only whom it added, or whom you link.',
  address: 'Address (tenant URL, base URL)',

  toLink: 'Waiting to be linked',
  toLinkText:
    'Your identity provider wanted to add these people, but somebody with their e-mail was here before. Link them, and it manages them from its next run on: also whether they are active.',
  person: 'Person',
  asked: 'Asked',
  calledThere: 'Called there',
  link: 'Link',
  linkOf: 'Link {{name}}',
  linkTitle: 'Link {{name}}?',
  linkText:
    'Your identity provider will change their name, e-mail and details, and end or restore their access. Their role, courses and results stay.',
  linked: '{{name}} is linked',

  calls: 'Last calls',
  which: 'Which calls',
  all: 'All',
  refused: 'Refused',
  noCalls: 'Nothing was asked yet',
  noCallsText: 'Give your identity provider the address and a token, then let it test the connection.',
  noneRefused: 'Nothing was refused',
  call: 'Call',
  answer: 'Answer',
  when: 'When',
  token: 'Token',
  endedToken: 'Ended',
  actions: 'Actions',
}
