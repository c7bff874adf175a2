#!/usr/bin/env node
// Writes the bill of materials of the product, CycloneDX 1.6 as JSON, to standard output: what is really resolved, and not what is asked for.
//   dotnet build src/Coordination.Server && dotnet build src/Coordination.Cli && node deploy/components.mjs > bom.json
// Packages of .NET with all that they need come from obj/project.assets.json of the two programs, those of the pages from
// src/web/package-lock.json (without what only builds and tests them), images from the files of this folder. Needs Node and nothing else.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const programs = ['Coordination.Server', 'Coordination.Cli']

function fail(message) {
  console.error(`components: ${message}`)
  process.exit(1)
}

function read(path) {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
}

function component(type, name, version, purl, more) {
  return { type, 'bom-ref': purl, name, version, purl, ...more }
}

function sha512(base64) {
  return [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }]
}

/** The licence that a package of .NET states as an expression, if it does. */
function licenceOf(folders, path, name) {
  for (const folder of folders) {
    const nuspec = join(folder, path, `${name.toLowerCase()}.nuspec`)
    const stated = existsSync(nuspec) ? /<license type="expression">([^<]+)<\/license>/.exec(read(nuspec)) : null
    if (stated) return { licenses: [{ expression: stated[1] }] }
  }
  return {}
}

function ofDotNet(program) {
  const path = join(root, 'src', program, 'obj', 'project.assets.json')
  if (!existsSync(path)) fail(`src/${program} is not built: dotnet build src/${program}`)
  const assets = JSON.parse(read(path))
  return Object.entries(assets.libraries)
    .filter(([, library]) => library.type === 'package')
    .map(([id, library]) => {
      const [name, version] = id.split('/')
      return component('library', name, version, `pkg:nuget/${name}@${version}`, {
        hashes: sha512(library.sha512),
        ...licenceOf(Object.keys(assets.packageFolders), library.path, name),
      })
    })
}

function ofPages() {
  const lock = JSON.parse(read(join(root, 'src', 'web', 'package-lock.json')))
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.dev)
    .map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return component('library', name, entry.version, `pkg:npm/${name.replace('@', '%40')}@${entry.version}`, {
        ...(entry.integrity?.startsWith('sha512-') ? { hashes: sha512(entry.integrity.slice('sha512-'.length)) } : {}),
        ...(entry.license ? { licenses: [{ expression: entry.license }] } : {}),
      })
    })
}

/** Images that ours is made from, and those that run beside it. */
function ofImages() {
  const kubernetes = join(root, 'deploy', 'kubernetes')
  const files = [join(root, 'deploy', 'Dockerfile'), join(root, 'deploy', 'compose.yaml'), ...readdirSync(kubernetes).map((file) => join(kubernetes, file))]
  return files
    .flatMap((file) => [...read(file).matchAll(/^\s*(?:FROM(?: --platform=\S+)?|(?:- )?image:)\s+([\w./-]+):([\w.-]+)/gm)])
    .filter(([, name]) => name !== 'coordination')
    .map(([, name, version]) => component('container', name, version, `pkg:docker/${name}@${version}`, {}))
}

const found = new Map([...programs.flatMap(ofDotNet), ...ofPages(), ...ofImages()].map((one) => [one.purl, one]))
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': 'coordination', name: 'coordination' } },
  components: [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
}
console.log(JSON.stringify(bom, null, 2))
