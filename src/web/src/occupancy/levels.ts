import type { Level } from '../api/types'

/** From empty to full. */
export const levels: readonly Level[] = ['comfortable', 'busy', 'warning', 'critical', 'full']

/** The sign of each level, so that it is known without its colour: more corners, more people. */
export const levelShapes: Record<Level, 'circle' | 'diamond' | 'triangle' | 'square' | 'octagon'> = {
  comfortable: 'circle',
  busy: 'diamond',
  warning: 'triangle',
  critical: 'square',
  full: 'octagon',
}
