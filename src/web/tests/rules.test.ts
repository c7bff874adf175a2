import { expect, test } from 'vitest'
import { covers, deviceRoles, mayGive, personRoles, rolesToGive, scopeKind } from '../src/access/rules'

const worker = [{ role: 'communityWorker', scope: 'communities/jingtie' } as const]

test('a scope covers what lies in it and nothing else', () => {
  expect(covers('*', {})).toBe(true)
  expect(covers('streets/北京/丰台区/六里桥街道', { city: '北京', district: '丰台区', street: '六里桥街道' })).toBe(true)
  expect(covers('streets/北京/丰台区/六里桥街道', { city: '北京', district: '丰台区' })).toBe(false)
  expect(covers('communities/jingtie', { path: 'parking-lots/north', community: 'jingtie' })).toBe(true)
  expect(covers('communities/jingtie/buildings/b1', { community: 'jingtie' })).toBe(false)
  expect(covers('parking-lots/north', { path: 'parking-lots/north' })).toBe(true)
})

test('a scope says of what kind it is', () =>
  expect(['*', 'districts/a/b', 'streets/a/b/c', 'communities/x', 'communities/x/buildings/y', 'scenic-areas/z'].map(scopeKind)).toEqual([
    'everywhere', 'district', 'street', 'community', 'building', 'place',
  ]))

test('a community worker gives leaders and residents of her community, and no role like her own', () => {
  expect(rolesToGive(worker, personRoles)).toEqual(['resident', 'buildingLeader'])
  expect(mayGive(worker, 'buildingLeader', { community: 'jingtie', building: 'b1' })).toBe(true)
  expect(mayGive(worker, 'buildingLeader', { community: 'elsewhere', building: 'b1' })).toBe(false)
  expect(mayGive(worker, 'communityWorker', { community: 'jingtie' })).toBe(false)
})

test('a community worker gives the keys of gates, counters and sensors there', () => {
  expect(rolesToGive(worker, deviceRoles)).toEqual(['canteenClerk', 'cook', 'gate', 'ticketWindow', 'sensor'])
  expect(rolesToGive([{ role: 'scenicDutyOfficer', scope: 'scenic-areas/a' }], deviceRoles)).toEqual(['gate', 'ticketWindow', 'sensor'])
  expect(rolesToGive([{ role: 'resident', scope: 'communities/jingtie' }], deviceRoles)).toEqual([])
})
