import { expect, test } from 'vitest'
import { pageOf, routeOf } from '../src/view/route'

test('each page has its address', () => {
  expect(routeOf('/')).toEqual({ page: 'home' })
  expect(routeOf('/screens/scenic-areas/west-lake')).toEqual({ page: 'screen', kind: 'scenic-areas', id: 'west-lake' })
  expect(routeOf('/screens/parking-lots/b1/')).toEqual({ page: 'screen', kind: 'parking-lots', id: 'b1' })
  expect(routeOf('/communities/jingtie')).toEqual({ page: 'community', id: 'jingtie' })
})

test.each(['/screens/canteens/a', '/screens/parking-lots/', '/communities/Big', '/communities/a--b', '/nothing'])('%s is no page', (path) =>
  expect(routeOf(path)).toEqual({ page: 'unknown' }))

test('a topic leads to its page', () => {
  expect(pageOf('communities/jingtie')).toBe('/communities/jingtie')
  expect(pageOf('parking-lots/b1')).toBe('/screens/parking-lots/b1')
})
