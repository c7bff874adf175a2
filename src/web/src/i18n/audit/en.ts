import type { AuditWords } from './zh'

const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
const zone = (event: Record<string, unknown>) => (event.zone ? ` (${text(event.zone)})` : '')
const because = (event: Record<string, unknown>) => (event.reason ? `, because: ${text(event.reason)}` : '')

export const en: AuditWords = {
  heading: 'Audit', lead: 'Who did what, when and where. Nothing can be changed here.',
  place: 'Place', placeAll: 'Every place I may audit', placeHint: 'A path can be entered, such as accounts/… or parking-lots/…', who: 'Who', whoHint: 'Path of an account, device or program, such as accounts/0198…', forWhom: 'On behalf of', at: 'Terminal', type: 'Kind of event', typeAll: 'All kinds',
  from: 'From', to: 'To', search: 'Search', more: 'More conditions', reset: 'Clear', loading: 'Searching…',
  none: 'Nothing fits.', noneYet: 'Nothing has fitted so far.', notYet: 'Choose conditions and search. Of one place the newest come first; without a place it goes from place to place, the newest of each first.',
  earlier: 'Earlier', goOn: 'Go on', searchedTo: (at) => `Searched back to ${at}`, searchedPlace: (place) => `Searched the places before ${place}`, searchedAll: 'Searched all of it, back to the very first record.', csv: 'Download as CSV', shown: (n) => (n === '1' ? '1 record shown' : `${n} records shown`), raw: 'Raw record', version: 'version',
  by: (who, on, at, sentence) => `${who}${on ? ` on behalf of ${on}` : ''} ${sentence}${at ? `, at terminal ${at}` : ''}`,
  nobody: 'The system', resident: 'Resident', decisionsOnly: 'Only what people do, without the reports of gates and sensors', bootstrap: 'The first administrator’s key', subjectKinds: { accounts: 'account', devices: 'device', programs: 'program' },
  columns: ['Time', 'Place', 'Who', 'On behalf of', 'Terminal', 'Kind', 'In words', 'Version', 'Command id', 'Raw record'],
  types: {
    placeDefined: 'Place set up or changed', readingRecorded: 'Count reported', movementRecorded: 'Movement reported', countCorrected: 'Count corrected', capacityChangeScheduled: 'Capacity change planned', capacityChanged: 'Capacity changed',
    rulesChangeScheduled: 'Rules change planned', rulesChanged: 'Rules changed', operationSet: 'Opened or closed', stateRefreshed: 'State changed', refusalsNoted: 'Reports refused', communityDefined: 'Community set up or changed',
    accountOpened: 'Account opened', roleGranted: 'Role given', roleRevoked: 'Role taken away', accountLocked: 'Account locked', accountUnlocked: 'Account unlocked', credentialChanged: 'Way of signing in changed', sessionsEnded: 'Signed out everywhere',
    contactChanged: 'Contact data changed', delegateConsented: 'Delegate agreed', delegateRevoked: 'Delegate taken back', accountErased: 'Account erased', auditSearched: 'Audit searched', deviceIssued: 'Key issued', keyRotated: 'Key replaced', deviceRevoked: 'Key revoked',
  },
  sentence: {
    placeDefined: (_e, place) => `set up or changed ${place}`,
    readingRecorded: (e, place) => `reported a count of ${text(e.occupied ?? e.free)} at ${place}${zone(e)}`,
    movementRecorded: (e, place) => `reported ${text(e.count)} ${e.direction === 'out' ? 'out of' : 'into'} ${place}${zone(e)}`,
    countCorrected: (e, place) => `set the count of ${place}${zone(e)} to ${text(e.occupied)}${because(e)}`,
    capacityChangeScheduled: (e, place, s) => `planned capacity ${text(e.capacity) || 'unknown'} for ${place}${zone(e)} from ${s.moment(e.effectiveAt)}`,
    capacityChanged: (e, place) => `changed the capacity of ${place}${zone(e)} to ${text(e.capacity) || 'unknown'}`,
    rulesChangeScheduled: (e, place, s) => `planned other level thresholds for ${place} from ${s.moment(e.effectiveAt)}`,
    rulesChanged: (_e, place) => `changed the level thresholds of ${place}`,
    operationSet: (e, place) => `${e.operation === 'open' ? `opened ${place} by hand` : e.operation === 'closed' ? `closed ${place} by hand` : `gave ${place} back to its opening hours`}${because(e)}`,
    stateRefreshed: (e, place) => `found ${place} ${({ open: 'open', closed: 'closed', stale: 'out of date', unknown: 'without data' } as Record<string, string>)[text(e.state)] ?? text(e.state)}`,
    refusalsNoted: (e, place) => `refused ${text(e.count)} reports of device ${text(e.deviceId)} to ${place} (${text(e.code)})`,
    communityDefined: (_e, place) => `set up or changed ${place}`,
    accountOpened: (_e, place) => `opened ${place}`,
    roleGranted: (e, place, s) => `gave ${place} the role ${s.role(e.grant)}`,
    roleRevoked: (e, place, s) => `took from ${place} the role ${s.role(e)}`,
    accountLocked: (e, place) => `locked ${place}${because(e)}`,
    accountUnlocked: (_e, place) => `unlocked ${place}`,
    credentialChanged: (e, place) => `${({ passwordSet: 'set the password', passkeyAdded: 'added a passkey', passkeyRemoved: 'removed a passkey', loginBound: 'bound a login elsewhere', codeIssued: 'issued a one-use code for', passwordReplaced: 'set the password with a one-use code' } as Record<string, string>)[text(e.what)] ?? text(e.what)} ${e.what === 'codeIssued' ? '' : 'of '}${place}`,
    sessionsEnded: (_e, place) => `signed ${place} out everywhere`,
    contactChanged: (_e, place) => `changed the contact data of ${place}`,
    auditSearched: (e) => `searched the audit${e.conditions ? ` (${text(e.conditions)})` : ''}`,
    delegateConsented: (e, place, s) => `let ${s.subject(e.delegate)} act for ${place} until ${s.moment(e.until)}`,
    delegateRevoked: (e, place, s) => `stopped ${s.subject(e.delegate)} acting for ${place}`,
    accountErased: (e, place) => `erased all data of ${place}${because(e)}`,
    deviceIssued: (e, place, s) => `issued a key to ${place} “${text(e.name)}”: ${s.role(e.grant)}`,
    keyRotated: (_e, place) => `replaced the key of ${place}`,
    deviceRevoked: (e, place) => `revoked ${place}${because(e)}`,
  },
  otherSentence: (type, place) => `${place}: ${type}`,
}
