import type { StaffWords } from './zh'

export const en: StaffWords = {
  people: {
    heading: 'People', lead: 'Everybody you see gets a line in “who looked at my data”. Look only at what your work needs.',
    find: 'Find somebody', by: 'Find by', byKinds: { phone: 'Phone', identityNumber: 'Identity number', userName: 'User name' },
    value: 'Enter it in full', valueHint: 'What you enter is not shown in the result, nor in the address of the page.', search: 'Find', missing: 'Please fill this in first.', notFound: 'Nobody found. Please check it; or they are outside the places you look after.',
    list: 'List', place: 'Place or building', role: 'Role', all: 'All', show: 'Show the list', none: 'Nobody here fits.', notShown: 'Choose, then show the list. Everybody on it gets a record of your look.',
    locked: 'Locked', userName: 'User name', since: (date) => `since ${date}`, count: (n) => (n === '1' ? '1 person' : `${n} people`),
    add: 'Add staff', back: 'People',
  },
  person: {
    heading: 'Personal page', recorded: 'This look is recorded; the person can see it.', contact: 'Contact data', phone: 'Phone', identityNumber: 'Identity number', plates: 'Number plates', empty: 'Not given',
    roles: 'Roles', noRoles: 'No roles.', take: 'Take away', takeHeading: (role, where) => `Take away “${role} · ${where}”?`, takeText: 'Within seconds this person loses what the role allows.', taken: 'The role is taken away.',
    give: 'Give a role', role: 'Role', where: 'Where', chooseRole: 'Please choose a role', chooseWhere: 'Please choose where', until: 'Until which day', untilHint: 'Empty: without an end.', given: 'The role is given.', noGive: 'You may not give roles.',
    lock: 'Lock the account', lockHeading: 'Lock this account?', lockText: 'All its sign-ins end at once; nobody can sign in until it is unlocked.', reason: 'Reason', reasonHint: 'It stays in the record; please write nothing private.', reasonMissing: 'Please give a reason.', locked: 'The account is locked.',
    unlock: 'Unlock', unlockHeading: 'Unlock it?', unlockText: 'The person can sign in again.', unlocked: 'Unlocked.', isLocked: 'This account is locked; nobody can sign in to it.',
    erase: 'Erase this person', eraseHeading: 'Erase this person’s data for good?', eraseText: 'Name, contact data, password and sign-ins are erased and cannot be brought back. Records of work at places stay, but lead to nobody.', erased: 'Erased.', toList: 'Back to the list',
    code: 'Forgot the password', codeHeading: 'Issue a one-use code for this person?', codeText: 'Please check who they are, in person. The code is shown once and holds for 24 hours; when they set a new password with it, all their sign-ins end. Who issued it is recorded, and they can see it.', codeIssue: 'Issue', codeIssued: 'A one-use code was issued.',
    me: 'This is your own account; look after it under “My account”.',
  },
  staff: {
    heading: 'Add staff', lead: 'Check who they are, in person or by phone. A one-use code is then shown: hand it to them. With it they set a password of their own before anything else works.', userName: 'User name', displayName: 'Name',
    submit: 'Add', done: (name) => `“${name}” is added.`, missing: 'Please fill this in.', openPerson: 'Open the page',
  },
  code: {
    once: 'The code is shown here, and only this once. When you leave, nobody can see it again.', slipHeading: (name) => `${name}: setting a password`,
    open: 'Open', enterName: 'Enter the user name', enterCode: 'Enter the one-use code', choose: 'Think of a password of your own, and you are in.',
    until: (at) => `Valid until ${at}, once.`, note: 'Hand it to its person only. Destroy the slip once the password is set.', done: 'Handed over: done',
  },
  keys: {
    devices: {
      heading: 'Device keys', lead: 'Gates, ticket windows, tills and counters report with a key. A key is shown once; if it is lost, replace it.', none: 'No devices here yet.', issue: 'Issue a device key', name: 'Name of the device', nameHint: 'For example gate 2, east entrance.',
      revokeHeading: (name) => `Revoke “${name}”?`, issued: (name) => `The key of “${name}”`,
    },
    programs: {
      heading: 'Program keys', lead: 'Connected programs use the API with a key. Give each only the role and place it needs.', none: 'No program keys yet.', issue: 'Issue a program key', name: 'Name of the program', nameHint: 'For example parking platform sync.',
      revokeHeading: (name) => `Revoke “${name}”?`, issued: (name) => `The key of “${name}”`,
    },
    place: 'Place', all: 'All I look after', role: 'Role', where: 'Where it is used', chooseRole: 'Please choose a role', chooseWhere: 'Please choose where', nameMissing: 'Please give it a name.',
    lastUsed: (age) => `last used ${age}`, neverUsed: 'never used', active: 'In use', revoked: 'Revoked', ends: (at) => `old key until ${at}`, issuedAt: (at) => `issued ${at}`,
    rotate: 'New key', rotateHeading: (name) => `A new key for “${name}”?`, rotateText: 'The new key is shown once. The old one works on for this long, so that you can change it on the device.', grace: 'The old key works on for', graces: { 0: 'Not at all', 300: '5 minutes', 900: '15 minutes', 3600: '1 hour' },
    revoke: 'Revoke', revokeText: 'It stops within 2 seconds, and its connections are closed. This cannot be undone; it can only be issued anew.', reason: 'Reason', revokedDone: (name) => `“${name}” is revoked.`, sure: 'I want to revoke it and know that this cannot be undone',
    slip: { once: 'The key is shown here, and only this once. When you leave, nobody can see it again.', key: 'Key', device: 'Name', role: 'Role', where: 'Where', issuedAt: 'Issued', print: 'Print the slip', done: 'I have kept it: done', qr: 'The key as a QR code, for a device to scan', note: 'Keep it safe. Whoever holds it can report in the name of this device. Destroy the slip after use.', leave: 'The key is not kept yet. Leave all the same?' },
  },
}
