import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const server = 'http://localhost:5000'

export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: '../Coordination.Server/wwwroot',
    emptyOutDir: true,
    // Wall screens run browsers that nobody updates.
    target: ['chrome105', 'safari16', 'firefox110'],
    // The content security policy allows no data: URLs and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    proxy: {
      '/api': server,
      '/docs': server,
      '/openapi': server,
      '/dashboard': server,
      '/live': { target: server, ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'] },
})
