/* The dialog of the Issuer API: tells the page that called, and guards the buttons of a frame. */
(function () {
  'use strict';

  var own = document.currentScript.dataset, view = own.view, caller = own.caller;
  var outcome = own.outcome ? JSON.parse(own.outcome) : null;

  // Only the origin that called hears anything; a window tells the frame that opened it.
  function tell(message) {
    if (view === 'frame') window.parent.postMessage(message, caller);
    if (view === 'window' && window.opener) window.opener.postMessage(message, window.location.origin);
  }

  function ended(result) {
    var isGood = !result.errors.length;
    tell(Object.assign({openbadges: isGood ? 'answer-and-close' : 'answer'}, result));
    if (view === 'window' && window.opener && isGood) window.close();
  }

  if (outcome) ended(outcome);
  if (own.word) tell({openbadges: own.word});
  document.addEventListener('click', function (event) {
    if (event.target.id !== 'close') return;
    tell({openbadges: 'close'});
    if (view === 'window') window.close();
  });

  if (view !== 'frame') return;

  window.addEventListener('message', function (event) {
    var said = event.data || {};
    if (event.origin !== window.location.origin || !said.openbadges) return;
    tell(said);
    if (said.openbadges === 'answer') window.location.reload(); // to the outcome
  });

  // A page may hide this frame below something else and so steal a click. Where the browser can
  // say whether the buttons are really seen (Intersection Observer 2), they work only then; where
  // it cannot, the earner goes on in a window. They wait, so that a second click meant for what
  // was here before decides nothing; browsers discard early clicks in such a frame anyway.
  var form = document.querySelector('form.guarded');
  if (!form) return;
  var SETTLED_MS = 600, settling = 0;
  function enable(isEnabled) {
    form.querySelectorAll('button').forEach(function (button) { button.disabled = !isEnabled; });
  }
  var observer = new IntersectionObserver(function (entries) {
    var last = entries[entries.length - 1];
    clearTimeout(settling);
    enable(false);
    if (last.isIntersecting && last.isVisible === true) settling = setTimeout(enable, SETTLED_MS, true);
  }, {threshold: 1, trackVisibility: true, delay: 100});
  observer.observe(form);
}());
