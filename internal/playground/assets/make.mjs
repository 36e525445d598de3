// Makes the files of this folder anew: node internal/playground/assets/make.mjs
// It needs node 20+, npm and tar. README.md says what comes out and why.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const packages = {
  'graphiql@4.1.2': '6aa9cb6d82e656d38b72991264f41545889881e8dc23059199be3b94fff2ad05',
  'react@18.3.1': '8d9bed01a672e7eaf387942d781ad47c6a43089a30a0306060f9fd5ac7870347',
  'react-dom@18.3.1': '031d4427a99f2f3f6cac18bbbf308594a67e4f47d10f4896fdec446505b040e0',
}
const here = import.meta.dirname
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-'))
const run = (...args) => execFileSync(args[0], args.slice(1), { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

// unpack fetches one package, compares its checksum and gives its folder.
function unpack([spec, sum]) {
  const tarball = path.join(work, run('npm', 'pack', '--silent', spec).trim())
  if (sha256(fs.readFileSync(tarball)) !== sum) throw new Error(`${spec} is not the package that was checked`)
  const folder = path.join(work, spec.split('@')[0])
  fs.mkdirSync(folder)
  run('tar', 'xzf', tarball, '-C', folder, '--strip-components=1')
  return folder
}

// put writes one asset, compressed, and its checksum before compression.
const sums = []
function put(name, text) {
  if (text === '') throw new Error(`${name} is empty`)
  fs.writeFileSync(path.join(here, name + '.gz'), gzipSync(text, { level: 9 }))
  sums.push(`${sha256(text)}  ${name}`)
}

// licences collects the texts of every package whose code is in the bundle; its source map names them.
function licences(map) {
  const names = new Set(['graphiql', 'react', 'react-dom', '@graphiql/react', '@graphiql/toolkit', '@graphiql/plugin-doc-explorer',
    '@graphiql/plugin-history', 'codemirror-graphql', 'graphql-language-service'])
  for (const source of map.sources) {
    const found = [...source.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].at(-1)
    if (found) names.add(found[1])
  }
  fs.writeFileSync(path.join(work, 'package.json'), '{"private":true}')
  const install = (...specs) => run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...specs)
  install(...Object.keys(packages), 'graphql@16.11.0')
  const dropped = [...names].filter((name) => !folderOf(name)) // newer releases do without these
  if (dropped.length) install(...dropped)
  const texts = new Map()
  for (const name of [...names].sort()) {
    const text = licence(name)
    texts.set(text, [...(texts.get(text) ?? []), name])
  }
  return [...texts].map(([text, of]) => `${'='.repeat(100)}\n${of.join(', ')}\n\n${text}\n`).join('\n')
}

const folderOf = (name) => run('find', 'node_modules', '-path', `*node_modules/${name}/package.json`).trim().split('\n')
  .filter(Boolean).map((file) => path.dirname(path.join(work, file)))[0]

function licence(name) {
  const folder = folderOf(name)
  const file = fs.readdirSync(folder).find((f) => /^(licen[sc]e|copying)/i.test(f))
  const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  if (!about.license) throw new Error(`${name} names no licence`)
  return file ? fs.readFileSync(path.join(folder, file), 'utf8').replaceAll('\r', '').trim() : `Licence: ${about.license} (the package holds no licence file).`
}

const [graphiql, react, dom] = Object.entries(packages).map(unpack)
const read = (folder, file) => fs.readFileSync(path.join(folder, file), 'utf8')
const bare = (text) => text.replace(/^\/\/# sourceMappingURL=.*$/m, '').trimEnd() + '\n'
put('react.js', bare(read(react, 'umd/react.production.min.js')))
put('react-dom.js', bare(read(dom, 'umd/react-dom.production.min.js')))
put('graphiql.js', bare(read(graphiql, 'graphiql.min.js')))
put('graphiql.css', read(graphiql, 'graphiql.min.css').replace(/@font-face\s*\{[^}]*\}\s*/g, ''))
put('licences.txt', licences(JSON.parse(read(graphiql, 'graphiql.min.js.map'))))
fs.writeFileSync(path.join(here, 'SHA256SUMS'), sums.join('\n') + '\n')
fs.rmSync(work, { recursive: true })
