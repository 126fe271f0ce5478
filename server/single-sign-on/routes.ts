import {
  addOidcProvider,
  addSamlProvider,
  connectIdentity,
  deleteIdentityProvider,
  disconnectIdentity,
  editOidcProvider,
  editSamlProvider,
  editSingleSignOn,
  listIdentityProviders,
  listMyIdentities,
  listProviderSignIns,
  readSamlMetadata,
  testIdentityProvider,
} from '#contract/single-sign-on.ts'
import type { Gate } from '#server/gate/gate.ts'
import type { Allowance } from './ask-provider.ts'
import { disconnect, identities } from './connect.ts'
import { addOidc, addSaml, editOidc, editOnly, editSaml, providers, remove, signIns, tryOut } from './providers.ts'
import { readMetadata } from './saml-metadata.ts'
import { backChannelLogout, comeBack, connectFrom, metadata, setOut } from './sign-in.ts'

export function singleSignOnRoutes({ serve, serveInSteps, serveExchange }: Gate, allowed: Allowance): void {
  serve(listIdentityProviders, providers)
  serve(addOidcProvider, addOidc(allowed))
  serve(editOidcProvider, editOidc(allowed))
  serve(addSamlProvider, addSaml)
  serve(editSamlProvider, editSaml)
  serveInSteps(readSamlMetadata, readMetadata(allowed))
  serve(deleteIdentityProvider, remove)
  serveInSteps(testIdentityProvider, tryOut(allowed))
  serve(listProviderSignIns, signIns)
  serve(editSingleSignOn, editOnly)

  serve(listMyIdentities, identities)
  serveInSteps(connectIdentity, connectFrom(allowed))
  serve(disconnectIdentity, disconnect)

  serveExchange({ method: 'GET', url: '/sso/oidc/:providerId/start' }, setOut('oidc', allowed))
  serveExchange({ method: 'GET', url: '/sso/oidc/:providerId/callback' }, comeBack('oidc', allowed))
  serveExchange({ method: 'POST', url: '/sso/oidc/:providerId/back-channel-logout' }, backChannelLogout(allowed))
  serveExchange({ method: 'GET', url: '/sso/saml/:providerId/start' }, setOut('saml', allowed))
  serveExchange({ method: 'POST', url: '/sso/saml/:providerId/acs' }, comeBack('saml', allowed))
  serveExchange({ method: 'GET', url: '/sso/saml/:providerId/metadata' }, metadata)
}
