import { shallowReactive } from 'vue'
import { scopeName } from '../../access/directory'
import type { AuditItem, Grant, SubjectName } from '../../api/identity'
import { momentText } from '../../i18n'
import { a } from '../../i18n/access'
import { w } from '../../i18n/audit'
import type { Speaker } from '../../i18n/audit/zh'

/** What those are called who appear in what was found. */
const names = shallowReactive(new Map<string, SubjectName>())

/** Learns what somebody is called. */
export function learn(found: Record<string, SubjectName> | undefined): void {
  for (const [subject, name] of Object.entries(found ?? {})) names.set(subject, name)
}

/** An account, device or program by its role and name; one that is no more, or has none, by the end of its id. */
export function subjectText(subject: unknown): string {
  if (typeof subject !== 'string' || !subject) return w.value.nobody
  const [kind, id] = subject.split('/') as [string, string | undefined]
  if (kind === 'system') return w.value.nobody
  if (id === 'bootstrap') return w.value.bootstrap
  const called = names.get(subject)
  if (called) return [called.role ? (a.value.role[called.role] ?? called.role) : w.value.resident, called.name].join(' ')
  const name = w.value.subjectKinds[kind]
  return name && id ? `${name} ${id.length > 12 ? `…${id.slice(-6)}` : id}` : subject
}

const speaker: Speaker = {
  role: (grant) => {
    const { role, scope } = (grant ?? {}) as Partial<Grant>
    return role ? `${a.value.role[role] ?? role}${scope ? ` · ${scopeName(scope)}` : ''}` : ''
  },
  scope: (scope) => scopeName(String(scope ?? '')),
  subject: subjectText,
  moment: (instant) => (typeof instant === 'string' ? momentText(Date.parse(instant)) : ''),
}

/** Where it happened: a place by its name, an account or device by the end of its id. */
export const placeText = (place: string) => (/^(accounts|devices|programs)\//.test(place) ? subjectText(place) : scopeName(place))

/** Who did it: as the record says, else as the event does. */
export const whoOf = (item: AuditItem) => item.by?.who ?? (typeof item.event.by === 'string' ? item.event.by : undefined)

/** The event as one sentence. A browser is no terminal that anybody knows by its number; the raw record names it. */
export function sentenceOf(item: AuditItem): string {
  const place = placeText(item.place)
  const say = w.value.sentence[item.type]
  const sentence = say ? say(item.event, place, speaker) : w.value.otherSentence(item.type, place)
  const said = w.value.by(subjectText(whoOf(item)), item.by?.for ? subjectText(item.by.for) : undefined, item.by?.at && !item.by.at.startsWith('sessions/') ? placeText(item.by.at) : undefined, sentence)
  return said.charAt(0).toUpperCase() + said.slice(1)
}
