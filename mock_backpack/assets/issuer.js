/* Backpack Connect: OpenBadges.connect({callback, scope}) asks the earner for access.
   Issuer API: OpenBadges.issue(assertions, callback) asks the earner to accept badges, over the
   page; OpenBadges.issue_no_modal(assertions) does so in place of the page.

   Unlike the script of a real Backpack, this one tells the mock what it sees of the page that calls
   (issuer/note, and the fields of issuer/offer beside assertions, origin and view): the verdict on
   an issuer needs it. */
(function () {
  'use strict';

  var root = new URL('.', document.currentScript.src);
  var OpenBadges = window.OpenBadges = window.OpenBadges || {};
  var frames = 0;

  // What the page did, in its order: requests may overtake each other.
  var ACTIONS = ['click', 'keydown', 'submit'], SETTLED_MS = 500;
  var page = Math.random().toString(36).slice(2), step = 0, unanswered = 0;
  var isActed = false, pressed = null, caller = null, isClosed = false;
  ACTIONS.forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var target = event.composedPath()[0];
      if (isOurs(target)) return;
      isActed = true;
      if (kind !== 'click') return;
      pressed = target;
      if (isClosed && target === caller) note('pressed', {});
    }, true);
  });

  OpenBadges.connect = function connect(options) {
    if (!options || !options.callback) throw new TypeError('OpenBadges.connect: callback expected');
    if (!options.scope || !options.scope.length) throw new TypeError('OpenBadges.connect: scope expected');

    var access = new URL('access', root);
    access.searchParams.set('callback', new URL(options.callback, document.baseURI).href);
    access.searchParams.set('scope', [].concat(options.scope).join(','));
    window.location.assign(access.href);
  };

  OpenBadges.issue = function issue(assertions, callback) {
    var badges = texts('issue', assertions), answered = callback || function () {};
    if (!badges.length) { setTimeout(answered, 0, [], []); return; }
    var waiting = true, wasActed = isActed = hasActed(); // before the focus goes to the dialog
    function ended(what, details) {
      if (!waiting) return;
      waiting = false;
      unanswered -= 1;
      isActed = false;
      isClosed = what === 'closed';
      note(what, details);
      if (isClosed) setTimeout(function () { if (isClosed && caller && caller.disabled) note('stuck', {}); }, SETTLED_MS);
    }

    var dialog = overlay(), frame = dialog.querySelector('iframe');
    function heard(event) {
      if (event.source !== frame.contentWindow || event.origin !== root.origin) return;
      var said = event.data || {};
      if (said.openbadges === 'blocked') return alone();
      if (said.openbadges === 'close' || said.openbadges === 'answer-and-close') dialog.close();
      if (said.openbadges === 'answer' || said.openbadges === 'answer-and-close') tell(said);
    }
    function tell(said) {
      if (!waiting) return;
      ended('answered', {errors: JSON.stringify(said.errors), successes: JSON.stringify(said.successes)});
      if (callback) watched(callback, said.errors, said.successes);
    }
    function alone() {
      ended('left', {});
      window.addEventListener('pagehide', function () { dialog.close(); });
      isActed = wasActed;
      send(badges, 'page', '_self', typeof callback);
    }
    function blocked(event) {
      var isFrame = event.effectiveDirective === 'frame-src' || event.effectiveDirective === 'child-src';
      if (!isFrame || event.blockedURI.indexOf(root.origin) !== 0) return;
      alone();
    }
    window.addEventListener('message', heard);
    document.addEventListener('securitypolicyviolation', blocked);
    dialog.addEventListener('close', function () {
      window.removeEventListener('message', heard);
      document.removeEventListener('securitypolicyviolation', blocked);
      dialog.remove();
      ended('closed', {assertions: JSON.stringify(badges)});
    });
    dialog.showModal();
    send(badges, 'frame', frame.name, typeof callback);
    unanswered += 1;
  };

  OpenBadges.issue_no_modal = function issueNoModal(assertions) {
    send(texts('issue_no_modal', assertions), 'page', '_self');
  };

  function texts(name, assertions) {
    if (!Array.isArray(assertions)) {
      var isText = typeof assertions === 'string';
      note('misused', {saw: isText ? assertions.slice(0, 200) : Object.prototype.toString.call(assertions)});
      throw new TypeError('OpenBadges.' + name + ': array of assertions expected');
    }
    return assertions.map(String);
  }

  // A form, because signed assertions are too long for a URL.
  function send(badges, view, target, callback) {
    var form = document.createElement('form');
    form.method = 'post';
    form.action = new URL('issuer/offer', root).href;
    form.target = target;
    form.hidden = true;
    var fields = {assertions: JSON.stringify(badges), origin: window.location.origin, view: view};
    Object.assign(fields, seen(), {open: unanswered, callback: callback || 'undefined'});
    isActed = isClosed = false;
    caller = pressed;
    Object.keys(fields).forEach(function (name) {
      var field = document.createElement('input');
      field.name = name;
      field.value = fields[name];
      form.append(field);
    });
    document.body.append(form);
    form.submit();
    form.remove();
  }

  function seen() { return {page: page, step: ++step, acted: hasActed() ? 'yes' : 'no'}; }

  // What happens in a frame of the page cannot be seen, only that the focus is there.
  function hasActed() {
    var focused = document.activeElement;
    return isActed || Boolean(focused) && focused.tagName === 'IFRAME' && !isOurs(focused);
  }

  function isOurs(node) { return Boolean(node.closest && node.closest('dialog[data-openbadges]')); }

  function note(what, details) {
    var fields = Object.assign(seen(), {what: what}, details);
    navigator.sendBeacon(new URL('issuer/note', root), new URLSearchParams(fields));
  }

  function watched(callback, errors, successes) {
    function failed(error) { note('threw', {saw: String(error)}); throw error; }
    try {
      var result = callback(errors, successes);
    } catch (error) {
      failed(error);
    }
    Promise.resolve(result).then(function () { note('returned', {}); }, failed);
  }

  function overlay() {
    var dialog = document.createElement('dialog'), frame = document.createElement('iframe');
    var close = document.createElement('button');
    dialog.dataset.openbadges = '';
    frame.name = 'openbadges-' + ++frames;
    frame.title = 'Your Backpack';
    close.type = 'button';
    close.textContent = 'Close';
    close.addEventListener('click', function () { dialog.close(); });
    var box = {width: 'min(38rem, 100vw)', height: window.innerWidth < 640 ? '100dvh' : 'min(40rem, 100vh)', maxWidth: 'none', maxHeight: 'none', padding: '0', border: '0', colorScheme: 'light dark', background: 'Canvas'};
    Object.assign(dialog.style, box);
    Object.assign(frame.style, {display: 'block', width: '100%', height: 'calc(100% - 2.75rem)', border: '0'});
    Object.assign(close.style, {display: 'block', height: '2.25rem', margin: '.25rem .25rem .25rem auto', padding: '0 1rem', font: '1rem system-ui, sans-serif'});
    dialog.append(close, frame);
    document.body.append(dialog);
    return dialog;
  }
}());
