import type { Grant, Role } from '../api/identity'

/**
 * Who may give which role and where a role can hold, so that only what may work is offered. The server's own table (AccessRules) decides;
 * should it say no, the page shows that.
 */
const given: readonly Role[] = [
  'resident', 'buildingLeader', 'canteenClerk', 'cook', 'gate', 'ticketWindow', 'sensor', 'communityWorker', 'streetOfficer', 'scenicDutyOfficer',
  'districtOfficer', 'monitor', 'auditor', 'administrator',
]

const givenBy: Partial<Record<Role, readonly Role[]>> = {
  administrator: given,
  districtOfficer: given.slice(0, 10),
  streetOfficer: given.slice(0, 8),
  communityWorker: given.slice(0, 4),
  scenicDutyOfficer: ['gate', 'ticketWindow', 'sensor'],
}

export type ScopeKind = 'everywhere' | 'district' | 'street' | 'community' | 'building' | 'place'

export const reach: Record<Role, readonly ScopeKind[]> = {
  resident: ['community', 'building'],
  buildingLeader: ['building'],
  communityWorker: ['community'],
  streetOfficer: ['street'],
  districtOfficer: ['district'],
  scenicDutyOfficer: ['place'],
  gate: ['place'],
  ticketWindow: ['place'],
  canteenClerk: ['place', 'community'],
  cook: ['place', 'community'],
  sensor: ['place', 'community', 'street', 'district', 'everywhere'],
  monitor: ['everywhere'],
  auditor: ['community', 'street', 'district', 'everywhere'],
  administrator: ['everywhere'],
}

/** Roles that are given to devices, and never sign in with a password. */
export const deviceRoles: readonly Role[] = ['gate', 'ticketWindow', 'canteenClerk', 'cook', 'sensor']
export const allRoles = given
export const personRoles: readonly Role[] = given.filter((role) => !deviceRoles.includes(role))

/** Where something is, as far as is known. */
export interface Location {
  path?: string
  city?: string
  district?: string
  street?: string
  community?: string
  building?: string
}

export function scopeKind(scope: string): ScopeKind {
  const parts = scope.split('/')
  if (scope === '*') return 'everywhere'
  if (parts[0] === 'districts') return 'district'
  if (parts[0] === 'streets') return 'street'
  if (parts[0] === 'communities') return parts.length > 2 ? 'building' : 'community'
  return 'place'
}

/** Whether what is there lies in the scope. */
export function covers(scope: string, at: Location): boolean {
  const [, first, second, third] = scope.split('/')
  switch (scopeKind(scope)) {
    case 'everywhere': return true
    case 'district': return at.city === first && at.district === second
    case 'street': return at.city === first && at.district === second && at.street === third
    case 'community': return at.community === first
    case 'building': return at.community === first && at.building === scope.split('/')[3]
    case 'place': return at.path === scope
  }
}

/** Roles that somebody may give somewhere. */
export function rolesToGive(grants: readonly Grant[], among: readonly Role[]): Role[] {
  return among.filter((role) => grants.some((grant) => givenBy[grant.role]?.includes(role)))
}

/** Whether somebody may give or take a role there. */
export const mayGive = (grants: readonly Grant[], role: Role, at: Location) =>
  grants.some((grant) => givenBy[grant.role]?.includes(role) && covers(grant.scope, at))
