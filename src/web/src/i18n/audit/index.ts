import { words } from '../words'
import { en } from './en'
import { zh } from './zh'

export const w = words(zh, en)
