/* Backpack Connect: OpenBadges.connect({callback, scope}) asks the earner for access. */
(function () {
  'use strict';

  var root = new URL('.', document.currentScript.src);
  var OpenBadges = window.OpenBadges = window.OpenBadges || {};

  OpenBadges.connect = function connect(options) {
    if (!options || !options.callback) throw new TypeError('OpenBadges.connect: callback expected');
    if (!options.scope || !options.scope.length) throw new TypeError('OpenBadges.connect: scope expected');

    var access = new URL('access', root);
    access.searchParams.set('callback', new URL(options.callback, document.baseURI).href);
    access.searchParams.set('scope', [].concat(options.scope).join(','));
    window.location.assign(access.href);
  };
}());
