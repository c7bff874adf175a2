import type { PrivacyWords } from './zh'

export const en: PrivacyWords = {
  heading: 'Privacy: what is kept, and how long',
  lead: 'Only what is needed is kept, and as little as possible. Here it is in plain words.',
  plain: [
    { heading: 'Looking at live figures', keep: 'No signing in, and nobody notes who you are.', how: 'Not kept' },
    { heading: 'Your account', keep: 'User name, what to call you, and your password in a form that cannot be read.', how: 'Until you delete the account' },
    { heading: 'Phone, identity number, plates', keep: 'All optional, kept encrypted, shown with the middle hidden, used only to know you and for your own matters.', how: 'Until you remove them or delete the account' },
    { heading: 'Sign-ins', keep: 'When and with which browser, so that you can notice what is not yours.', how: '180 days; what has ended 30 days' },
    { heading: 'Who looked at your data', keep: 'Each time staff see your data it is noted; you find it under “My account”.', how: 'Two years' },
    { heading: 'Acting for another', keep: 'Whom you let act for you and until when, a year at most; you can take it back at any time.', how: 'With the records of the account' },
    { heading: 'Record of work', keep: 'That the account with some number changed something, without names or numbers of people. Once the account is deleted it leads to nobody.', how: 'For good' },
  ],
  keeps: 'What is kept', howLong: 'How long',
  rightsHeading: 'At any time you can', rights: ['see and change your data', 'see who looked at it', 'take a copy', 'delete the account'], toAccount: 'To my account',
  periodNote: 'Whoever runs this server sets the numbers of days; these are the usual ones.',
  report: { heading: 'What was removed', lead: 'How long each kind is kept, and the last time it was cleared.', kind: 'Kind', period: 'Kept for', lastRun: 'Last cleared', removed: 'Removed then', removedInAll: 'Removed in all', never: 'Not yet run', none: 'There is nothing to clear yet.' },
  kinds: {
    'sign-ins': 'Sign-ins', 'looks': 'Who looked at whom', 'ended-sessions': 'Ended sign-ins', 'revoked-keys': 'Revoked keys', 'erased-accounts': 'Leftovers of deleted accounts',
  },
  period: (n, unit) => `${n} ${{ Y: 'year', M: 'month', D: 'day', H: 'hour' }[unit]}${n === 1 ? '' : 's'}`,
}
