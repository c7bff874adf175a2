import { expect, test } from 'vitest'
import { pageOf, routeOf } from '../src/view/route'

test('each page has its address', () => {
  expect(routeOf('/')).toEqual({ page: 'home' })
  expect(routeOf('/screens/scenic-areas/west-lake')).toEqual({ page: 'screen', kind: 'scenic-areas', id: 'west-lake' })
  expect(routeOf('/screens/parking-lots/b1/')).toEqual({ page: 'screen', kind: 'parking-lots', id: 'b1' })
  expect(routeOf('/communities/jingtie')).toEqual({ page: 'community', id: 'jingtie' })
})

test('the pages of who is signed in have theirs', () => {
  expect(routeOf('/account')).toEqual({ page: 'account', part: 'overview' })
  expect(routeOf('/account/looks')).toEqual({ page: 'account', part: 'looks' })
  expect(routeOf('/people/0198c0de-0000-7000-8000-000000000001')).toEqual({ page: 'person', id: '0198c0de-0000-7000-8000-000000000001' })
  expect(routeOf('/devices')).toEqual({ page: 'keys', kind: 'devices' })
  expect(routeOf('/programs/')).toEqual({ page: 'keys', kind: 'programs' })
  expect(['/sign-in', '/register', '/new-password', '/people', '/audit', '/demo', '/privacy'].map((path) => routeOf(path).page)).toEqual(['sign-in', 'register', 'new-password', 'people', 'audit', 'demo', 'privacy'])
})

test.each(['/account/nothing', '/people/me', '/screens/canteens/a', '/screens/parking-lots/', '/communities/Big', '/communities/a--b', '/nothing'])('%s is no page', (path) =>
  expect(routeOf(path)).toEqual({ page: 'unknown' }))

test('a topic leads to its page', () => {
  expect(pageOf('communities/jingtie')).toBe('/communities/jingtie')
  expect(pageOf('parking-lots/b1')).toBe('/screens/parking-lots/b1')
})
