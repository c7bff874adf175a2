import { createApp, watchEffect } from 'vue'
import App from './App.vue'
import { t } from './i18n'
import { live } from './live/live'
import { startSession } from './session/session'
import { exposeStats } from './view/debug'
import { textSize, theme } from './view/preferences'
import { startTicker } from './view/ticker'
import './styles/base.css'
import './styles/controls.css'
import './styles/print.css'

watchEffect(() => {
  const root = document.documentElement
  root.lang = t.value.htmlLang
  root.classList.toggle('elderly', textSize.value === 'elderly')
  root.dataset.theme = theme.value
})
exposeStats()
startTicker()
live.start()
void startSession()
createApp(App).mount('#app')
