// Before GraphiQL: the few style elements that its menus make carry the page's nonce, so the policy lets them in.
window.__webpack_nonce__ = document.getElementById('nonce').nonce
