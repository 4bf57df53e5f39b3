// What a page does besides being read: folding code, setting formulas, unfolding for print.
(function () {
  'use strict';
  var folds = Array.prototype.slice.call(document.querySelectorAll('details.code'));
  var button = document.getElementById('toggle-code');
  if (button && folds.length) {
    button.addEventListener('click', function () {
      var hide = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(hide));
      button.textContent = hide ? 'Show code' : 'Hide code';
      folds.forEach(function (fold) { fold.open = !hide; });
    });
  } else if (button) {
    button.hidden = true;
  }
  var contents = document.querySelector('.contents details');
  if (contents && window.matchMedia('(max-width: 70rem)').matches) contents.open = false;
  if (window.katex) {
    document.querySelectorAll('.math').forEach(function (place) {
      window.katex.render(place.textContent, place, { displayMode: place.classList.contains('display'), throwOnError: false });
    });
    document.documentElement.classList.add('has-katex');
  }
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (fold) { fold.open = true; });
  });
})();
