import { expect, test } from 'vitest'
import { localPath, signInAddress } from '../src/session/returnTo'

test.each([
  ['/account/looks?x=1#y', '/account/looks?x=1#y'], ['/', '/'], ['/communities/京铁', '/communities/%E4%BA%AC%E9%93%81'],
])('%s is gone back to', (wanted, path) => expect(localPath(wanted)).toBe(path))

test.each([
  null, '', 'https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', '/\t/elsewhere.example', 'javascript:alert(1)', '/..//elsewhere.example',
  '/sign-in?returnTo=/account', '/register',
])('%s leads to the fallback', (wanted) => expect(localPath(wanted)).toBe('/account'))

test('the address of signing in leads back', () => expect(signInAddress('/devices?place=x')).toBe('/sign-in?returnTo=%2Fdevices%3Fplace%3Dx'))
