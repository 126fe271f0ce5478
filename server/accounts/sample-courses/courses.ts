/** Three courses that a company could give its people on their first day. */

export type SampleModule =
  | { readonly kind: 'page'; readonly title: string; readonly lines: readonly string[] }
  | { readonly kind: 'link'; readonly title: string; readonly url: string; readonly isOptional: true }
  | { readonly kind: 'document'; readonly title: string; readonly name: string; readonly lines: readonly string[] }
  | { readonly kind: 'scorm'; readonly title: string; readonly folder: string }
  | {
      readonly kind: 'quiz'
      readonly title: string
      readonly passMark: number
      readonly mostAttempts: number | null
      readonly questions: readonly SampleQuestion[]
    }

/** The right answers begin with `*`. Without choices it is a question for words. */
export interface SampleQuestion {
  readonly text: string
  readonly choices?: readonly string[]
  readonly accepted?: readonly string[]
}

export interface SampleCourse {
  readonly title: string
  readonly description: string
  readonly cover: string
  readonly certificateMonths: number | null
  readonly givesCertificate: boolean
  readonly isMandatory: boolean
  /** By the place of the group in the sample, or everybody by the first department. */
  readonly givenToGroup: number | null
  readonly dueDays: number
  readonly sections: readonly { readonly title: string; readonly modules: readonly SampleModule[] }[]
}

export const sampleCourses: readonly SampleCourse[] = [
  {
    title: 'Welcome aboard',
    description: 'Your first week: who we are, how we work, and whom to ask. About 20 minutes.',
    cover: 'welcome.jpg',
    certificateMonths: null,
    givesCertificate: false,
    isMandatory: true,
    givenToGroup: 1,
    dueDays: 14,
    sections: [
      {
        title: 'The first day',
        modules: [
          {
            kind: 'page',
            title: 'Good to have you here',
            lines: [
              'Welcome! These pages take you through your first week. You can stop at any time: you go on where you left.',
              '## What you will need today',
              '- your badge, from the reception desk',
              '- your laptop, from the service desk on the second floor',
              '- an hour with your **buddy**, whose name is in your invitation',
              '## What you will not need',
              'A plan for everything. The first week is for looking around, asking, and getting to know people.',
              '> Nobody has ever complained about a new colleague who asks too much.',
            ],
          },
          {
            kind: 'page',
            title: 'How we work together',
            lines: [
              '## Hours',
              'We meet between 10 and 15 o’clock. Before and after that you work when it suits you and your team.',
              '## Meetings',
              '1. Somebody wants a decision, and says which.',
              '1. Everybody who is needed is there, and nobody else.',
              '1. The decision is written down where all find it.',
              '## When you are ill',
              'Tell your team lead before 10 o’clock. Stay at home, and get well.',
            ],
          },
        ],
      },
      {
        title: 'Finding your way',
        modules: [
          {
            kind: 'document',
            title: 'Whom to ask',
            name: 'whom-to-ask.pdf',
            lines: [
              'Whom to ask',
              '',
              'Pay and holidays            People & Culture',
              'Laptop, phone, access       Service desk, second floor',
              'Rooms, badges, parking      Reception',
              'Contracts and purchases     Finance',
              'Something is not safe       The person next to you, now; then your team lead',
              '',
              'Not sure? Ask your buddy. That is what buddies are for.',
            ],
          },
          {
            kind: 'link',
            title: 'Read more: how teams learn',
            url: 'https://en.wikipedia.org/wiki/Learning_organization',
            isOptional: true,
          },
          {
            kind: 'quiz',
            title: 'A short look back',
            passMark: 60,
            mostAttempts: null,
            questions: [
              {
                text: 'Between which hours do we all meet?',
                choices: ['8 and 12', '*10 and 15', '13 and 18'],
              },
              {
                text: 'Whom do you ask about pay and holidays?',
                choices: ['Reception', '*People & Culture', 'The service desk'],
              },
              {
                text: 'What do you need on your first day?',
                choices: ['*A badge', '*A laptop', 'A plan for everything', '*An hour with your buddy'],
              },
            ],
          },
        ],
      },
    ],
  },
  {
    title: 'Information security basics',
    description: 'Passwords, mail, and what to do when something went wrong. Once a year, with a certificate.',
    cover: 'security.jpg',
    certificateMonths: 12,
    givesCertificate: true,
    isMandatory: true,
    givenToGroup: null,
    dueDays: 30,
    sections: [
      {
        title: 'What matters',
        modules: [
          {
            kind: 'page',
            title: 'Three habits',
            lines: [
              'Most break-ins begin with a person in a hurry. Three habits stop nearly all of them.',
              '## One password for each place',
              'Long ones, made and kept by the **password manager** on your laptop. You remember one: the one that opens it.',
              '## Look before you click',
              'Who is it from? Do I expect it? Where does the link really lead? When in doubt, open the page yourself.',
              '## Lock, every time',
              'Leave your screen locked, even for a coffee.',
            ],
          },
          { kind: 'scorm', title: 'Spot the phishing mail', folder: 'phishing' },
        ],
      },
      {
        title: 'When it happens',
        modules: [
          {
            kind: 'page',
            title: 'The first five minutes',
            lines: [
              'It happens to careful people, too. What counts is what you do next.',
              '1. **Say it at once.** Call the service desk. Nobody will be blamed for having clicked.',
              '1. Leave the computer on, and take it off the network.',
              '1. Change the password that you typed, from another device.',
              '1. Write down what you saw, and when.',
            ],
          },
          {
            kind: 'quiz',
            title: 'Final test',
            passMark: 75,
            mostAttempts: 3,
            questions: [
              {
                text: 'You typed your password into a page that was not ours. What is the first thing you do?',
                choices: ['Delete the mail', '*Call the service desk', 'Wait whether something happens'],
              },
              {
                text: 'Which of these are signs of phishing?',
                choices: [
                  '*It presses for time',
                  '*It asks for secrecy',
                  'It names the project that you work on',
                  '*Its address is almost ours',
                ],
              },
              {
                text: 'Where do your passwords belong?',
                choices: ['In a file on the desktop', '*In the password manager', 'On a note under the keyboard'],
              },
              {
                text: 'In one word: what do you do with your screen when you leave?',
                accepted: ['lock', 'lock it', 'locked'],
              },
            ],
          },
        ],
      },
    ],
  },
  {
    title: 'First aid at work',
    description: 'What to do until help is there. For first aiders; to be refreshed every two years.',
    cover: 'first-aid.jpg',
    certificateMonths: 24,
    givesCertificate: true,
    isMandatory: false,
    givenToGroup: 0,
    dueDays: 60,
    sections: [
      {
        title: 'Before anything else',
        modules: [
          {
            kind: 'page',
            title: 'Look, call, help',
            lines: [
              '## Look',
              'Is it safe for you? Somebody who helps and is hurt helps nobody.',
              '## Call',
              'Emergency number: **112**. Say where you are, what happened, how many are hurt. Stay on the line until they tell you to hang up.',
              '## Help',
              'Speak to the person. Is there an answer? Do they breathe?',
            ],
          },
          {
            kind: 'document',
            title: 'Card for the wall',
            name: 'first-aid-card.pdf',
            lines: [
              'First aid: card for the wall',
              '',
              '1  Look: is it safe?',
              '2  Call 112: where, what, how many',
              '3  No answer, but breathing: recovery position',
              '4  No breathing: press, 30 times, 5 to 6 cm deep, then 2 breaths, and again',
              '5  The defibrillator hangs beside the reception desk. It tells you what to do.',
            ],
          },
        ],
      },
      {
        title: 'What helps',
        modules: [
          {
            kind: 'page',
            title: 'Recovery position and resuscitation',
            lines: [
              '## No answer, but breathing',
              '1. Put the near arm at a right angle to the body.',
              '1. Bring the far hand to the near cheek, and hold it there.',
              '1. Pull the far knee up, and roll the person towards you.',
              '1. Tilt the head back, so that the airway stays open. Stay with them.',
              '## No breathing',
              'Kneel beside the chest. Heel of one hand in its middle, the other on top, arms straight. Press **5 to 6 cm deep, 100 to 120 times a minute**. After 30, two breaths; then on, until help takes over.',
            ],
          },
          {
            kind: 'quiz',
            title: 'What would you do?',
            passMark: 80,
            mostAttempts: null,
            questions: [
              { text: 'Which number do you call?', accepted: ['112'] },
              {
                text: 'A colleague lies on the floor, does not answer, and breathes. What do you do?',
                choices: ['Press the chest', '*Bring them into the recovery position', 'Give them water'],
              },
              {
                text: 'How deep do you press?',
                choices: ['2 to 3 cm', '*5 to 6 cm', '9 to 10 cm'],
              },
              {
                text: 'What does the emergency call need to say?',
                choices: ['*Where it is', '*What happened', '*How many are hurt', 'Who is to blame'],
              },
              {
                text: 'Where does the defibrillator hang?',
                choices: ['*Beside the reception desk', 'In the warehouse', 'In the canteen'],
              },
            ],
          },
        ],
      },
    ],
  },
]
