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
  // A table of an output that does not sort itself is sorted by its column heads: numbers as numbers, everything else as text; a third click restores the order.
  function valueOf(cell) {
    var text = cell ? cell.textContent.trim() : '', number = parseFloat(text.replace(/[,\s](?=\d{3})/g, '').replace('\u2212', '-'));
    return /^[-+\u2212]?[\d.]/.test(text) && !isNaN(number) ? number : text;
  }
  document.querySelectorAll('.outputs table').forEach(function (table) {
    var body = table.tBodies[0], heads = table.tHead && table.tHead.rows.length === 1 ? Array.prototype.slice.call(table.tHead.rows[0].cells) : [];
    if (!body || body.rows.length < 2 || !heads.length || table.closest('.wb-table')) return;
    var original = Array.prototype.slice.call(body.rows);
    if (original.some(function (row) { return row.cells.length !== heads.length; })) return;
    heads.forEach(function (head, column) {
      head.tabIndex = 0;
      head.classList.add('sortable');
      head.title = 'Sort by this column';
      function sort() {
        var order = { none: 'ascending', ascending: 'descending', descending: 'none' }[head.getAttribute('aria-sort') || 'none'];
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        if (order !== 'none') head.setAttribute('aria-sort', order);
        var rows = original.slice();
        if (order !== 'none') rows.sort(function (a, b) {
          var x = valueOf(a.cells[column]), y = valueOf(b.cells[column]), kind = typeof x === typeof y ? 0 : typeof x === 'number' ? -1 : 1;
          return kind || (order === 'ascending' ? 1 : -1) * (typeof x === 'number' ? x - y : x.localeCompare(y));
        });
        rows.forEach(function (row) { body.appendChild(row); });
      }
      head.addEventListener('click', sort);
      head.addEventListener('keydown', function (event) { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); sort(); } });
    });
  });
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (fold) { fold.open = true; });
  });
})();
