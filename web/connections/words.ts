export const words = {
  title: 'Connections',
  text: 'Every way in which other systems reach this account. Each goes through the same checks, and the same seat limit, as these pages.',
  address: 'Address',
  example: 'Example',
  examples: 'How it works, with examples',
  manage: 'Manage',
  never: 'Not used yet',

  api: 'API',
  apiText: 'For programs of your own, with an API token.',
  apiActivity: 'A token was last used',

  cli: 'Command line',
  cliText: 'The command rollcall, from a copy of Rollcall on any machine, with an API token.',
  cliActivity: 'A token was last used',

  import: 'Import and export',
  importText: 'People from a CSV or Excel file, here or by a program; any view of People as a file.',
  importActivity: 'The last import began',

  webhooks: 'Webhooks',
  webhooksText: 'Your systems are told of what happens, by signed messages like this one.',
  webhooksActivity: 'The last message was taken',

  provisioning: 'Provisioning by SCIM',
  provisioningText: 'Entra ID, Okta and others add people and end their access by themselves.',
  provisioningActivity: 'The last call came',

  signOn: 'Single sign-on',
  signOnText: 'People sign in at your identity provider. Send them here.',
  signOnActivity: 'The last sign-in of that kind was',
}
