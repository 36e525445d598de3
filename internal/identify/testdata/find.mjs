// The rules followed in JavaScript, as an app without a network would: what this finds is what Find finds.
// Reads the rules from the file that is named first, and texts as a JSON array from standard input.
import { readFileSync } from 'node:fs'

const rules = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const lists = Object.fromEntries(Object.entries(rules.lists).map(([name, words]) => [name, new Set(words.map(w => w.toLowerCase()))]))
const either = word => word.replace(/[a-z]/gi, c => `[${c.toUpperCase()}${c.toLowerCase()}]`)
const expand = pattern => pattern.replace(/<(any:)?([A-Za-z]+)>/g, (_, any, name) =>
  name in rules.parts ? expand(rules.parts[name]) : rules.lists[name].map(w => any ? either(w) : w).join('|'))
const ready = Object.fromEntries([...rules.exceptions, ...rules.rules].map(r => [r.id, (r.patterns ?? [r.pattern]).map(p => new RegExp(expand(p), 'dgu'))]))
const digits = s => s.replace(/[^0-9]/g, '')

const checks = {
  'nhs-number-mod11': s => {
    const d = [...digits(s)].map(Number)
    const rest = 11 - d.slice(0, 9).reduce((sum, n, i) => sum + n * (10 - i), 0) % 11
    return d.length === 10 && !d.every(n => n === d[0]) && rest % 11 === d[9]
  },
  'phone-length': s => {
    const n = digits(s.replace('(0)', '')).length
    return s.startsWith('+') ? n >= 9 && n <= 14 : s.startsWith('00') ? n >= 11 && n <= 16 : n === 10 || n === 11
  },
  'sixteen-letters': s => (s.match(/\p{L}/gu) ?? []).length >= 16,
}

const holds = (rule, m) => (rule.tests ?? []).every(t => {
  const word = (m[t.group] ?? '').toLowerCase()
  return t.in ? lists[t.in].has(word) : t.notIn ? !lists[t.notIn].has(word) : checks[t.check](word)
})

function* matches(pattern, text, rule) {
  for (pattern.lastIndex = 0; ;) {
    const m = pattern.exec(text)
    if (!m) return
    const ok = !rule || holds(rule, m)
    if (ok) yield m.indices[1]
    pattern.lastIndex = ok || !m.indices[2] ? m.indices[1][1] : m.indices[2][1]
  }
}

function* together(rule, text) {
  const signs = ready[rule.id].flatMap((p, i) => [...matches(p, text)].map(([start, end]) => ({ i, start, end })))
  let latest = new Map()
  for (const s of signs.sort((a, b) => a.start - b.start || a.i - b.i)) {
    latest.set(s.i, s)
    const start = Math.min(...[...latest.values()].map(s => s.start)), end = Math.max(...[...latest.values()].map(s => s.end))
    if (latest.size < rule.patterns.length || [...text.slice(start, end)].length > rule.within) continue
    yield [start, end]
    latest = new Map()
  }
}

function find(given) {
  const text = ` ${given} `, taken = new Uint8Array(text.length), found = []
  const over = Object.fromEntries(rules.exceptions.map(e => [e.id, [...matches(ready[e.id][0], text, e)]]))
  for (const rule of rules.rules) {
    if (rule.needs && ![...rule.needs].some(c => text.includes(c))) continue
    for (const [start, end] of rule.patterns ? together(rule, text) : matches(ready[rule.id][0], text, rule)) {
      if (taken.slice(start, end).includes(1) || (rule.unless ?? []).some(id => over[id].some(([a, b]) => a < end && start < b))) continue
      taken.fill(1, start, end)
      found.push({ kind: rule.kind, start, end, hint: rule.hint })
      if (rule.once) break
    }
  }
  const letters = at => [...text.slice(0, at)].length - 1
  return found.sort((a, b) => a.start - b.start).map(f => ({ Kind: f.kind, Start: letters(f.start), End: letters(f.end), Hint: f.hint }))
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(find)))
