/** The shapes of accounts, keys and what was done, and the requests for them. Instants are ISO 8601 with offset. */
import { request } from './request'

export type Role =
  | 'resident' | 'buildingLeader' | 'communityWorker' | 'streetOfficer' | 'districtOfficer' | 'scenicDutyOfficer' | 'gate' | 'ticketWindow'
  | 'canteenClerk' | 'cook' | 'sensor' | 'monitor' | 'auditor' | 'administrator'

export type Permission =
  | 'seePlace' | 'seeDevices' | 'recordInput' | 'correctCount' | 'setOperation' | 'changeCapacity' | 'definePlace' | 'defineCommunity'
  | 'manageDevices' | 'managePrograms' | 'seePeople' | 'manageAccounts' | 'erasePeople' | 'seeAudit' | 'seeRetention' | 'seeOperations'
  | 'useOwnAccount'

export interface Grant {
  role: Role
  /** `*`, `districts/北京/丰台区`, `communities/jingtie-jiayuan`, a place. */
  scope: string
  until?: string | null
}

export interface Session {
  signedIn: boolean
  subject?: string
  displayName?: string
  roles: Grant[]
  permissions: Permission[]
  antiforgeryToken?: string
  /** Whether the product can be tried with the accounts of `/demo`. */
  demo: boolean
  /** Whether residents may register themselves. */
  registration: boolean
  providers: { id: string; name: string }[]
}

export interface Passkey {
  id: string
  name: string
  addedAt: string
  lastUsedAt?: string | null
}

export interface OwnSession {
  id: string
  startedAt: string
  lastSeenAt: string
  browser: string
  isThis: boolean
}

export interface DelegateConsent {
  delegate: string
  name: string
  grantedAt: string
  until?: string | null
}

export interface ActingFor {
  subject: string
  name: string
  until?: string | null
}

export interface Me {
  subject: string
  userName: string
  displayName: string
  createdAt: string
  roles: Grant[]
  contact: { phone?: string | null; identityNumber?: string | null; plates?: string[] }
  hasPassword: boolean
  passkeys: Passkey[]
  sessions: OwnSession[]
  delegates: DelegateConsent[]
}

export interface ContactChange {
  displayName?: string
  phone?: string
  identityNumber?: string
  plates?: string[]
}

export interface Look {
  at: string
  by: string
  subject: string
  what: string
  place?: string | null
  /** How often within ten minutes. */
  times: number
}

export interface Page<T> {
  items: T[]
  next?: string | null
}

export interface Person {
  subject: string
  userName?: string | null
  displayName: string
  roles: Grant[]
  isActive: boolean
  createdAt: string
  contact?: Me['contact']
}

/** A code with which somebody sets her password, once; it is shown this once. */
export interface OneUseCode {
  userName: string
  code: string
  until: string
}

export interface KeyHolder {
  id: string
  name: string
  role: Role
  scope: string
  isActive: boolean
  issuedAt: string
  issuedBy: string
  lastUsedAt?: string | null
  keyEnds?: string | null
}

export interface AuditItem {
  place: string
  version: number
  recordedAt: string
  type: string
  event: Record<string, unknown>
  by?: { who: string; for?: string | null; at?: string | null } | null
  commandId?: string | null
}

/** What was found by place, newest first in each; there may be more although nothing was found yet. */
export interface AuditPage extends Page<AuditItem> {
  /** The place that the next step begins with. */
  searchedTo?: string | null
  /** What accounts, devices and programs are called, by subject path; a resident's name is masked. */
  names?: Record<string, SubjectName>
}

export interface SubjectName {
  role?: Role | null
  name: string
}

export interface RetentionKind {
  kind: string
  /** ISO 8601 duration. */
  period: string
  what: string
  lastRunAt?: string | null
  removed?: number
  removedInAll?: number
}

export interface DemoRole {
  id: string
  role: Role
  name: { zh: string; en: string }
  userName: string
  password: string
  surface: string
  place?: string | null
}

export type KeyHolderKind = 'devices' | 'programs'

const text = encodeURIComponent
const idOf = (subject: string) => text(subject.slice(subject.lastIndexOf('/') + 1))

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value)
  const asked = parameters.toString()
  return asked ? `${path}?${asked}` : path
}

export const sessions = {
  get: () => request<Session>('GET', '/api/session'),
  signIn: (userName: string, password: string) => request<Session>('POST', '/api/session', { userName, password }),
  signOut: () => request<void>('DELETE', '/api/session'),
  /** Once more who one is, for what needs a recent sign-in. */
  again: (password: string) => request<void>('POST', '/api/session/again', { password }),
  passkeyAgainOptions: () => request<object>('POST', '/api/session/again/passkey/options'),
  passkeyAgain: (credential: object) => request<void>('POST', '/api/session/again/passkey', { credential }),
  /** A password of one's own in place of a one-use code. */
  replacePassword: (userName: string, code: string, next: string) => request<Session>('POST', '/api/session/password', { userName, code, new: next }),
  /** Where the browser goes to sign in elsewhere. */
  external: (provider: string, returnTo: string, again: boolean) => request<{ address: string }>('POST', `/api/session/external/${text(provider)}`, { returnTo, again }),
  endOthers: () => request<void>('DELETE', '/api/session/others'),
  passkeyOptions: () => request<object>('POST', '/api/session/passkey/options'),
  signInByPasskey: (credential: object) => request<Session>('POST', '/api/session/passkey', { credential }),
  register: (account: { userName: string; password: string; displayName: string; community?: string; building?: string }) =>
    request<Session>('POST', '/api/accounts', account),
  demoRoles: () => request<DemoRole[]>('GET', '/api/demo/roles'),
  signInAs: (id: string) => request<Session>('POST', '/api/demo/session', { id }),
}

export const me = {
  get: () => request<Me>('GET', '/api/me'),
  changeContact: (change: ContactChange) => request<Me>('PUT', '/api/me/contact', change),
  changePassword: (current: string | undefined, next: string) => request<void>('POST', '/api/me/password', { current, new: next }),
  passkeyOptions: () => request<object>('POST', '/api/me/passkeys/options'),
  addPasskey: (name: string, credential: object) => request<void>('POST', '/api/me/passkeys', { name, credential }),
  removePasskey: (id: string) => request<void>('DELETE', `/api/me/passkeys/${text(id)}`),
  endSession: (id: string) => request<void>('DELETE', `/api/me/sessions/${text(id)}`),
  delegates: () => request<DelegateConsent[]>('GET', '/api/me/delegates'),
  consent: (userName: string, until?: string) => request<void>('POST', '/api/me/delegates', { userName, until }),
  withdraw: (delegate: string) => request<void>('DELETE', `/api/me/delegates/${idOf(delegate)}`),
  actingFor: () => request<ActingFor[]>('GET', '/api/me/acting-for'),
  looks: (cursor?: string) => request<Page<Look>>('GET', withQuery('/api/me/looks', { cursor })),
  export: () => request<Record<string, unknown>>('GET', '/api/me/export'),
  erase: (password?: string) => request<void>('DELETE', '/api/me', { password }),
}

export const people = {
  list: (query: { place?: string; role?: string; cursor?: string; limit?: string }) => request<Page<Person>>('GET', withQuery('/api/accounts', query)),
  lookup: (by: 'phone' | 'identityNumber' | 'userName', value: string) => request<Person>('POST', '/api/accounts/lookup', { [by]: value }),
  get: (id: string) => request<Person>('GET', `/api/accounts/${text(id)}`),
  give: (id: string, grant: Grant) => request<void>('POST', `/api/accounts/${text(id)}/roles`, grant),
  take: (id: string, grant: Grant) => request<void>('DELETE', withQuery(`/api/accounts/${text(id)}/roles`, { role: grant.role, scope: grant.scope })),
  lock: (id: string, reason: string) => request<void>('POST', `/api/accounts/${text(id)}/lock`, { reason }),
  unlock: (id: string) => request<void>('POST', `/api/accounts/${text(id)}/unlock`),
  erase: (id: string, reason: string) => request<void>('DELETE', `/api/accounts/${text(id)}`, { reason }),
  openStaff: (account: { userName: string; displayName: string; roles: Grant[] }) =>
    request<{ account: Person; firstPassword: OneUseCode }>('POST', '/api/accounts/staff', account),
  issueCode: (id: string) => request<OneUseCode>('POST', `/api/accounts/${text(id)}/password-code`),
}

export const keyHolders = {
  list: (kind: KeyHolderKind, query: { place?: string; cursor?: string }) => request<Page<KeyHolder>>('GET', withQuery(`/api/${kind}`, query)),
  issue: (kind: KeyHolderKind, wanted: { name: string; role: Role; scope: string }) =>
    request<{ device: KeyHolder; key: string }>('POST', `/api/${kind}`, wanted),
  rotate: (kind: KeyHolderKind, id: string, graceSeconds: number) => request<{ key: string }>('POST', `/api/${kind}/${text(id)}/key`, { graceSeconds }),
  revoke: (kind: KeyHolderKind, id: string, reason?: string) => request<void>('DELETE', `/api/${kind}/${text(id)}`, { reason }),
}

export interface AuditQuery {
  place?: string
  who?: string
  for?: string
  at?: string
  type?: string
  without?: string
  from?: string
  to?: string
  cursor?: string
}

export const audit = {
  search: (query: AuditQuery) => request<AuditPage>('GET', withQuery('/api/audit', { limit: '50', ...query })),
}

export const privacy = {
  retention: () => request<{ kinds: RetentionKind[] }>('GET', '/api/privacy/retention'),
}
