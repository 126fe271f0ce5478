/**
 * Everything that can be refused, in one list. The code is the name: of the problem in the answer, of the constraint
 * in the schema, of the sentence on screen. A title says what happened and the way out.
 */
export const problems = {
  // Getting in
  not_signed_in: { status: 401, title: 'Sign in to go on.' },
  account_inactive: { status: 401, title: 'Your account is inactive. Contact your administrator.' },
  wrong_password: { status: 401, title: 'The e-mail or the password is not right. Try again.' },
  wrong_code: { status: 401, title: 'The code is not right, or was used already. Type the newest one.' },
  step_over: { status: 410, title: 'This sign-in was finished, or took too long. Begin again.' },
  second_step_is_on: {
    status: 409,
    title: 'The second step is on already. End it first, to set up another authenticator.',
  },
  passkey_refused: {
    status: 401,
    title: 'This passkey is not known here, or could not be verified. Try again, or sign in another way.',
  },
  passkey_known: { status: 409, title: 'This passkey was added already.' },
  too_many_passkeys: { status: 409, title: 'You have 20 passkeys. Remove one that you no longer use.' },
  wrong_current_password: { status: 422, title: 'The current password is not right.' },
  too_many_attempts: { status: 429, title: 'Too many attempts. Wait a few minutes, then try again.' },
  not_allowed: { status: 403, title: 'Your role does not allow this. Ask an administrator.' },
  not_by_token: { status: 403, title: 'This cannot be done with an API token. Sign in to do it.' },
  outside_scope: {
    status: 403,
    title: 'The API token was not made for this. Make one with the scope that is named.',
  },
  too_many_requests: { status: 429, title: 'Too many requests with this token. Wait as long as Retry-After says.' },
  other_site: { status: 403, title: 'This request came from another site and was refused.' },
  no_account_here: { status: 404, title: 'There is no account at this address. Check the address in your browser.' },
  only_by_single_sign_on: {
    status: 403,
    title: 'People of this account sign in by single sign-on. Use its button on the sign-in page.',
  },
  waits_for_seat: {
    status: 403,
    title: 'You have an account now, and wait for a seat: all are taken. An administrator can make room.',
  },
  not_connected: {
    status: 403,
    title:
      'Nobody here is connected with this identity. If you have an account, sign in to it and connect it under My account; otherwise ask an administrator.',
  },
  sign_in_over: {
    status: 410,
    title: 'This sign-in was used, took too long, or began in another browser. Begin again.',
  },
  provider_failed: {
    status: 502,
    title: 'The identity provider did not answer as it should. Try again, or tell an administrator.',
  },
  provider_refused: {
    status: 403,
    title: 'The identity provider did not let you in. Try again, or ask whoever runs it.',
  },
  identity_taken: {
    status: 409,
    title: 'This identity is connected with somebody else here, or you have another one of this provider already.',
  },
  needs_provider: {
    status: 409,
    title: 'As long as people sign in by single sign-on alone, one provider has to be on. Add one, or turn it on.',
  },
  not_metadata: {
    status: 422,
    title: 'These are no metadata of a SAML identity provider. Copy the whole XML, or give the address of it.',
  },
  setup_closed: {
    status: 403,
    title: 'This setup link is not valid. Use the newest link that the server printed at start.',
  },

  // Asking
  not_found: { status: 404, title: 'There is no such thing here. It may have been deleted.' },
  invalid_input: { status: 422, title: 'Something in the input is not right. Mend the fields that are named.' },
  broken_body: { status: 400, title: 'The body is not readable JSON.' },
  too_large: { status: 413, title: 'The request is too large.' },
  wrong_content_type: { status: 415, title: 'Send the body as application/json.' },
  period_too_long: {
    status: 422,
    title: 'This period has more than 1,000 steps. Choose a shorter one, or longer steps.',
  },
  wrong_cursor: { status: 422, title: 'This page marker belongs to another list. Start again from the first page.' },
  key_used_otherwise: { status: 422, title: 'This Idempotency-Key was used for another request. Take a new key.' },
  shown_once: {
    status: 409,
    title: 'This was done before. Its secret was shown then and is not kept: if it is lost, make another.',
  },
  stale_edit: { status: 409, title: 'Somebody else changed this meanwhile. Look at both versions, then save again.' },
  unavailable: { status: 503, title: 'The database does not answer. Try again in a moment.' },
  internal: { status: 500, title: 'Something went wrong on our side. It was logged.' },

  // Who is in
  owner_protected: { status: 409, title: 'The account owner is always active. Transfer the ownership first.' },
  not_yourself: { status: 409, title: 'You cannot do this to yourself. Ask another administrator.' },
  higher_role: { status: 403, title: 'You cannot change somebody whose role is above yours.' },
  outside_your_departments: {
    status: 403,
    title: 'This person is not in one of your departments, or manages another one.',
  },
  role_not_yours_to_give: { status: 403, title: 'You cannot give a role above your own.' },
  no_free_seats: { status: 409, title: 'There is no free seat. Deactivate somebody, or raise the seat limit.' },
  date_in_past: { status: 422, title: 'The date must lie ahead. To end access at once, deactivate now.' },
  date_too_far: { status: 422, title: 'Choose a date within the next ten years.' },
  only_the_active_leave: {
    status: 409,
    title: 'This person is inactive already; a deactivation date is for active people.',
  },
  nothing_to_undo: {
    status: 409,
    title: 'Nothing of this can be undone: everybody has been changed since, or it was undone before.',
  },
  confirm_count: {
    status: 409,
    title: 'This changes many people. Look at how many, and confirm it by giving that number as confirmCount.',
  },
  operation_not_over: { status: 409, title: 'This is still under way. Wait for its end, or cancel it first.' },
  operation_over: { status: 409, title: 'This has ended already.' },
  not_an_active_user: { status: 409, title: 'Ownership goes to an active person only. Activate them first.' },

  private_address: {
    status: 422,
    title:
      'This address lies within a private network. Take another, or ask the operator of this installation to allow it.',
  },

  // People and what they belong to
  email_taken: { status: 409, title: 'Somebody of this account has this e-mail already.' },
  unknown_department: { status: 422, title: 'This department does not exist. Choose one of the list.' },
  unknown_group: { status: 422, title: 'This group does not exist. Choose one of the list.' },
  unknown_field: { status: 422, title: 'This custom field does not exist. Add it under Settings first.' },
  user_name_taken: { status: 409, title: 'Somebody whom the identity provider manages has this userName already.' },
  external_id_taken: { status: 409, title: 'The identity provider has given this externalId already.' },
  name_taken: { status: 409, title: 'This name is taken. Choose another.' },
  inside_itself: { status: 409, title: 'A department cannot stand inside itself.' },
  has_departments: { status: 409, title: 'There are departments below this one. Move or delete them first.' },

  import_unchecked: { status: 409, title: 'Say what the columns hold and look at the rows first, then run it.' },
  import_begun: {
    status: 409,
    title: 'This import was started already. Look at its result, or upload the file again.',
  },

  // Courses and their files
  unknown_section: { status: 422, title: 'This section does not exist. Reload the course.' },
  last_section: { status: 409, title: 'A course has at least one section. Rename it instead.' },
  unknown_file: { status: 422, title: 'This file does not exist. Upload it first.' },
  wrong_file: { status: 422, title: 'The file is not of the kind that is needed here. Choose another file.' },
  file_too_large: { status: 413, title: 'The file is too large. Make it smaller, or ask the operator.' },
  no_room: { status: 507, title: 'There is too little free space on the server. Ask the operator to make room.' },
  upload_incomplete: { status: 409, title: 'The upload is not complete. Go on with it, then finish.' },
  package_broken: {
    status: 422,
    title: 'The package is no readable ZIP file. Export it again from where it was made.',
  },
  package_unsafe: { status: 422, title: 'The package holds something unsafe and was refused.' },
  package_without_manifest: {
    status: 422,
    title: 'The package has no imsmanifest.xml at its top. Export it as a SCORM package.',
  },
  package_not_scorm: {
    status: 422,
    title: 'The manifest of the package is not one of SCORM 1.2 or 2004. Export it as one of these.',
  },
  nothing_to_publish: { status: 409, title: 'A published course has at least one module. Add one first.' },
  quiz_without_questions: {
    status: 409,
    title: 'A quiz of a published course has at least one question. Add one first.',
  },
  has_learners: { status: 409, title: 'This course is assigned to people. Archive it instead.' },

  // Learning
  course_not_published: { status: 409, title: 'This course is not published. Publish it, then assign it.' },
  user_inactive: {
    status: 409,
    title: 'This person is inactive, and no course can be assigned to them. Activate them first.',
  },
  already_given: { status: 409, title: 'This course is assigned to them already.' },
  opened_elsewhere: {
    status: 409,
    title: 'This module was opened in another window. Go on there, or open it here again.',
  },
  no_attempt_left: { status: 409, title: 'No attempt is left.' },
  quiz_changed: { status: 409, title: 'This quiz was changed while it was open. Nothing was counted: open it again.' },
  no_such_certificate: { status: 404, title: 'There is no certificate with this code. Check its letters and digits.' },

  // Mail
  unknown_placeholder: { status: 422, title: 'A placeholder in the text is unknown. Use those that are listed.' },
  link_not_valid: {
    status: 410,
    title: 'This link is not valid any more: it was used, it is too old, or access has changed. Ask for a new one.',
  },

  // The account
  unknown_time_zone: { status: 422, title: 'The database does not know this time zone. Choose one of the list.' },
  limit_is_the_operators: {
    status: 403,
    title: 'The seat limit of this account is set by the operator of the installation.',
  },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems
