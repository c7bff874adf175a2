import type { Grant, Role } from '../api/identity'
import roles from './roles.json'

/**
 * Who may give which role and where a role can hold, so that only what may work is offered: a copy of the server's own table (AccessRules),
 * which decides, and with which a test compares it.
 */
const rules = roles as Readonly<Record<Role, { reach: readonly ScopeKind[]; gives: readonly Role[]; isDevice: boolean }>>

export type ScopeKind = 'everywhere' | 'district' | 'street' | 'community' | 'building' | 'place'

/** From those that a community worker gives to those that only an administrator does. */
export const allRoles = Object.keys(rules) as readonly Role[]

/** Kinds of scopes that a role can hold for. */
export const reach = Object.fromEntries(allRoles.map((role) => [role, rules[role].reach])) as Readonly<Record<Role, readonly ScopeKind[]>>

/** Roles that are given to devices, and never sign in with a password. */
export const deviceRoles = allRoles.filter((role) => rules[role].isDevice)
export const personRoles = allRoles.filter((role) => !rules[role].isDevice)

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
  return among.filter((role) => grants.some((grant) => rules[grant.role]?.gives.includes(role)))
}

/** Whether somebody may give or take a role there. */
export const mayGive = (grants: readonly Grant[], role: Role, at: Location) =>
  grants.some((grant) => rules[grant.role]?.gives.includes(role) && covers(grant.scope, at))
