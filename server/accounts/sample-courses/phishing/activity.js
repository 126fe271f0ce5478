// SCORM 2004: the API is a property of a window above this one.
function findApi(from) {
  let at = from
  for (let steps = 0; steps < 20; steps++) {
    if (at.API_1484_11) return at.API_1484_11
    if (at.parent === at) return at.opener ? findApi(at.opener) : null
    at = at.parent
  }
  return null
}

const api = findApi(window)
const get = (element) => api?.GetValue(element) ?? ''
const set = (element, value) => api?.SetValue(element, String(value))
const startedAt = Date.now()

const part = (id) => document.getElementById(id)
const passMark = 0.8

api?.Initialize('')
/** What was answered, by the id of the mail. */
const answers = get('cmi.suspend_data') ? JSON.parse(get('cmi.suspend_data')) : {}

const isRight = (mail) => answers[mail.id] === mail.right
const open = () => window.mails.findIndex((mail) => !(mail.id in answers))

function line(name, value) {
  const [term, told] = [document.createElement('dt'), document.createElement('dd')]
  term.textContent = name
  told.textContent = value
  return [term, told]
}

/** The mail that is shown, and what the button below it does. */
let shown = 0
let goOn = () => {}

function show(place) {
  shown = place
  const mail = window.mails[place]
  part('place').textContent = `Mail ${place + 1} of ${window.mails.length}`
  const head = document.createElement('dl')
  head.append(...line('From', mail.from), ...line('Subject', mail.subject))
  const text = document.createElement('p')
  text.textContent = mail.text
  part('mail').replaceChildren(head, text)
  part('verdict').replaceChildren()
  part('next').hidden = true
  for (const button of part('answers').children) {
    button.disabled = false
  }
}

function tell(title, text) {
  const [heading, told] = [document.createElement('h2'), document.createElement('p')]
  heading.textContent = title
  told.textContent = text
  part('verdict').replaceChildren(heading, told)
}

function answer(place, given) {
  const mail = window.mails[place]
  answers[mail.id] = given
  for (const button of part('answers').children) button.disabled = true
  tell(isRight(mail) ? 'Right.' : 'Not quite.', mail.why)
  record(mail, given)
  const isLast = open() === -1
  part('next').hidden = false
  part('next').textContent = isLast ? 'See the result' : 'Next mail'
  goOn = () => (isLast ? finish() : show(open()))
  part('next').focus()
}

function record(mail, given) {
  const at = `cmi.interactions.${get('cmi.interactions._count') || 0}`
  set(`${at}.id`, mail.id)
  set(`${at}.type`, 'choice')
  set(`${at}.correct_responses.0.pattern`, mail.right)
  set(`${at}.learner_response`, given)
  set(`${at}.result`, isRight(mail) ? 'correct' : 'incorrect')
  set('cmi.suspend_data', JSON.stringify(answers))
  set('cmi.location', mail.id)
  set('cmi.progress_measure', Object.keys(answers).length / window.mails.length)
  set('cmi.completion_status', 'incomplete')
  api?.Commit('')
}

function finish() {
  const right = window.mails.filter(isRight).length
  const scaled = right / window.mails.length
  set('cmi.score.scaled', scaled)
  set('cmi.score.raw', right)
  set('cmi.score.min', 0)
  set('cmi.score.max', window.mails.length)
  set('cmi.completion_status', 'completed')
  set('cmi.success_status', scaled >= passMark ? 'passed' : 'failed')
  api?.Commit('')
  showResult()
}

function showResult() {
  const right = window.mails.filter(isRight).length
  const isPassed = right / window.mails.length >= passMark
  part('place').textContent = 'Result'
  part('mail').replaceChildren()
  part('answers').hidden = true
  tell(
    `${right} of ${window.mails.length} mails were judged right.`,
    isPassed
      ? 'Well done. You can go on with the course.'
      : 'Four of five are needed. Try again: look at the sender first.',
  )
  part('next').hidden = isPassed
  part('next').textContent = 'Try again'
  goOn = again
}

function again() {
  for (const id of Object.keys(answers)) delete answers[id]
  set('cmi.suspend_data', '{}')
  set('cmi.completion_status', 'incomplete')
  set('cmi.success_status', 'unknown')
  part('answers').hidden = false
  show(0)
}

// However the page is left, what was done is kept.
window.addEventListener('pagehide', () => {
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  set('cmi.session_time', `PT${seconds}S`)
  set('cmi.exit', 'suspend')
  api?.Terminate('')
})

for (const button of part('answers').children)
  button.addEventListener('click', () => answer(shown, button.dataset.answer))
part('next').addEventListener('click', () => goOn())

if (open() === -1) showResult()
else show(open())
