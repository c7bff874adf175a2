import type { Revision } from '../api/types'

/** What a screen holds of a topic. */
export interface Held<View> extends Revision {
  view: View | null
}

/** What to do with a view that arrived. */
export type Verdict =
  /** It is the newest known: show it. */
  | 'take'
  /** Late or twice: drop it. */
  | 'drop'
  /**
   * The answer to a watch is older than what we hold. That is a relay that lags, which heals itself, or a server whose data went back
   * (restored, emptied), which does not: ask again later and believe the second such answer.
   */
  | 'doubt'

/** Positive if `a` is newer than `b`: the epoch first, then the version. */
export function compareRevisions(a: Revision, b: Revision): number {
  return a.epoch - b.epoch || a.version - b.version
}

/**
 * The rule that keeps a screen right whatever is lost, doubled or reordered: the highest (epoch, version) wins.
 * @param held What is shown now; undefined if nothing ever arrived.
 * @param offered What arrived.
 * @param source Whether it is the answer to a question of ours or a push, which may be late.
 */
export function judge<View>(held: Held<View> | undefined, offered: Held<View>, source: 'answer' | 'push'): Verdict {
  if (!held) return 'take'
  if (offered.view === null) {
    if (held.view === null) return 'drop'
    return source === 'answer' ? 'doubt' : 'drop'
  }
  if (held.view === null) return 'take'
  const order = compareRevisions(offered, held)
  if (order > 0) return 'take'
  return order < 0 && source === 'answer' ? 'doubt' : 'drop'
}
