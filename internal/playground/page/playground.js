// The page around GraphiQL: who asks, and the ready examples. A token lives in the variables of this page and nowhere
// else; nothing at all is written to the browser's storage, so a reload forgets everything.
(() => {
  'use strict'
  const { createElement: h } = React
  const config = JSON.parse(document.getElementById('config').textContent)
  const endpoint = new URL(config.endpoint, location.origin)
  const socket = new URL(endpoint.href.replace(/^http/, 'ws'))
  const root = ReactDOM.createRoot(document.getElementById('graphiql'))
  let turn = 0 // counts who spoke
  let running = null // the latest answer that may still be coming in

  // speakAs makes every later operation carry the token, ends the one that runs with another, and reads the schema anew.
  function speakAs(token) {
    const mine = ++turn
    running?.return?.()
    const who = token ? { authorization: `Bearer ${token}` } : {}
    const fetcher = GraphiQL.createFetcher({ url: endpoint.href, subscriptionUrl: socket.href, headers: who, wsConnectionParams: who })
    root.render(h(GraphiQL, {
      fetcher: async (...operation) => {
        const answer = await fetcher(...operation)
        if (mine === turn) running = answer
        else answer?.return?.() // somebody else speaks by now
        return answer
      },
      storage: null, shouldPersistHeaders: false, isHeadersEditorEnabled: false,
      defaultTabs: start, defaultQuery: '', plugins,
    }, h(GraphiQL.Logo, null, ' '), h(Opened)))
  }

  const start = config.examples.slice(0, 1).map(({ query, variables }) => ({ query, variables }))
  const plugins = config.examples.length ? [{ title: 'Examples', icon: Bookmark, content: Examples }] : []

  function Bookmark() {
    return h('svg', { height: '1em', viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, 'aria-hidden': true },
      h('path', { d: 'M6 3h12v18l-6-4-6 4z' }))
  }

  // An example goes into this tab when nobody wrote anything into it, else into a new one. GraphiQL may make a new tab
  // twice when something else is still waiting to be drawn, and empties the editors each time; a transition comes last.
  function Examples() {
    const editors = GraphiQL.React.useEditorContext({ nonNull: true })
    const [wanted, want] = React.useState(null)
    React.useEffect(() => {
      if (wanted && editors.tabs.length > wanted.tabs) {
        show(editors, wanted.example)
        want(null)
      }
    }, [wanted, editors])
    const choose = (example) => {
      if (untouched(editors.queryEditor.getValue())) return show(editors, example)
      want({ example, tabs: editors.tabs.length })
      React.startTransition(editors.addTab)
    }
    return h('section', { className: 'examples' }, h('h2', null, 'Examples'), h('ul', null, config.examples.map((example) =>
      h('li', { key: example.name }, h('button', { type: 'button', onClick: () => choose(example) }, example.name)))))
  }

  // Opened shows the examples at first. (Given as visiblePlugin, they would be chosen but folded away.)
  function Opened() {
    const ready = GraphiQL.React.usePluginStore().plugins.length > 0
    React.useEffect(() => {
      if (ready) document.querySelector('[aria-label="Show Examples"]')?.click()
    }, [ready])
    return null
  }

  function untouched(text) {
    return text.trim() === '' || config.examples.some((example) => example.query === text)
  }

  function show(editors, { query, variables }) {
    editors.queryEditor.setValue(query)
    editors.variableEditor.setValue(variables)
    editors.responseEditor.setValue('')
  }

  const people = document.getElementById('people')
  const box = document.getElementById('token')
  people?.addEventListener('change', () => speakAs(config.people[people.value]?.token))
  box?.addEventListener('change', () => paste(box.value.trim().replace(/^bearer\s+/i, '')))
  document.getElementById('forget')?.addEventListener('click', () => paste(''))

  // paste takes the token out of the field at once, so that no browser can keep it with the form.
  function paste(token) {
    box.value = ''
    document.getElementById('state').value = token ? 'A token is in use until you leave this page.' : 'Nobody is signed in.'
    document.getElementById('forget').hidden = !token
    speakAs(token)
  }

  speakAs(people ? config.people[people.value]?.token : '')
})()
