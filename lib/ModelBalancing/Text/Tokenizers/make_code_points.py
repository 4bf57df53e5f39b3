#!/usr/bin/python3
"""Writes code-points.txt, the table of CodePointTable.cs: facts about every code point, in runs and lists.

    /usr/bin/python3 make_code_points.py CODE_POINTS_JSON > code-points.txt

CODE_POINTS_JSON is tests/fixtures/text/tokenizers/code-points.json.gz: for every code point what the tokenizers
library's BERT normalizer, BERT pre-tokenizer and byte-level expression make of it (observed, see the README beside it).
Decompositions, lower case and combining classes come from Python's unicodedata where it agrees with what was observed;
where it does not (that library's tables are of several Unicode versions), what was observed wins.
"""
import gzip, json, sys, unicodedata

ALL = 0x110000
# Marks with a combining class that came with Unicode 13 and 14: the library's decomposition follows Unicode 12.
AFTER_12 = [(0x0898, 0x089F), (0x0C3C, 0x0C3C), (0x1715, 0x1715), (0x1ABF, 0x1ACE), (0x1DFA, 0x1DFA), (0xA82C, 0xA82C), (0x10EAB, 0x10EAC),
            (0x10F82, 0x10F85), (0x11070, 0x11070), (0x1193D, 0x1193E), (0x11943, 0x11943), (0x16FF0, 0x16FF1), (0x1E2AE, 0x1E2AE)]
DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'


def base36(n):
    text = ''
    while True:
        n, r = divmod(n, 36)
        text = DIGITS[r] + text
        if n == 0:
            return text


def expand(runs):
    values = [None] * ALL
    for first, last, value in runs:
        values[first:last + 1] = [value] * (last - first + 1)
    return values


def runs(letters):
    parts, start = [], 0
    for i in range(1, ALL + 1):
        if i == ALL or letters[i] != letters[start]:
            parts.append(base36(i - start) + letters[start])
            start = i
    return ''.join(parts)


def mapping(entries):
    return ' '.join(base36(c) + '=' + '.'.join(base36(t) for t in entries[c]) for c in sorted(entries))


with (gzip.open if sys.argv[1].endswith('.gz') else open)(sys.argv[1], 'rt') as file:
    observed = json.load(file)
normalizer, pre_tokenizer, expression = (expand(observed[k]) for k in ('bert_normalizer', 'bert_pre_tokenizer', 'byte_level_regex'))
changed_to = {c: targets for c, targets in observed['bert_changed_to']}

kinds, decomposition, lower, combining = [], {}, {}, {}
for c in range(ALL):
    kind = normalizer[c]
    if kind is None:  # surrogates
        kinds.append('K')
        continue
    if kind == 'removed':
        kinds.append('M' if unicodedata.category(chr(c)) in ('Mn', 'Mc', 'Me') else 'C')
    elif kind == 'space':
        kinds.append('S')
    else:
        kinds.append('I' if kind == 'spaced' or (changed_to.get(c, [0])[0] == 32 and len(changed_to[c]) > 1) else 'K')
    nfd = [ord(x) for x in unicodedata.normalize('NFD', chr(c))]
    if nfd != [c] and not 0xAC00 <= c <= 0xD7A3 and not (kind == 'same'):
        decomposition[c] = nfd
    low = [ord(x) for x in chr(c).lower()]
    if low != [c]:
        lower[c] = low
    if kind == 'changed' and c in changed_to and nfd == [c] and kinds[-1] == 'K':
        lower[c] = changed_to[c]
    if unicodedata.combining(chr(c)) and not any(a <= c <= b for a, b in AFTER_12):
        combining[c] = unicodedata.combining(chr(c))

parts, start = [], None
for c in sorted(combining):
    if start is not None and c == start + length and combining[c] == combining[start]:
        length += 1
        continue
    if start is not None:
        parts.append(f'{base36(start)}+{base36(length)}={combining[start]}')
    start, length = c, 1
parts.append(f'{base36(start)}+{base36(length)}={combining[start]}')

print('expression ' + runs([{'letter': 'L', 'number': 'N', 'space': 'S'}.get(x, 'O') for x in expression]))
print('pretokenizer ' + runs([{'punctuation': 'P', 'space': 'S'}.get(x, 'W') for x in pre_tokenizer]))
print('normalizer ' + runs(kinds))
print('decomposition ' + mapping(decomposition))
print('lower ' + mapping(lower))
print('combining ' + ' '.join(parts))
