"""SOQL text to tree to SQL: what a logged query asked for, and which records of a copy it can have returned.

How the room is laid out, top to bottom:

* `emit.replay` makes the steps; `check.check` tells what is wrong with a query without running it.
* `conditions` turns WHERE into two bounds (cannot be excluded, certainly matches), `compare` holds the rules of one
  comparison by kind of value, `operand` the left sides, `placing` ORDER BY with LIMIT and OFFSET, `narrowing` what no
  copy can tell, `taken` the fields that are shown, `relation` paths over parents, `ledger` what was learnt on the way.
* `dates` spans date literals, `ids` knows 15- and 18-character ids, `sql` names every SQL expression, `kinds` says how
  field types compare, `schema` what objects and fields there are.
* `parser.parse` reads a text: `lexer` cuts it, `cursor` walks it, `grammar_values`, `grammar_where` and `grammar_with`
  hold the rules below the clauses; `tree` is the result, `printer` writes it back, `fault` places each error,
  `vocabulary` lists the words.

To add a literal: `tree`, `grammar_values`, `printer`, then its span in `compare`. To add a function that filters: its
formula in `operand`. To add a clause: `tree`, `parser`, `printer`, and `narrowing` if a copy cannot answer it.
"""
