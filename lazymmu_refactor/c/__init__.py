"""C as it stands on disk: tokens, items, macros, trees.

- Text: `source`, `mask` (comments, literals, directives), `lexer`, `keywords`, `keyword_bytes`.
- Top-level items: `items`, `item_table`, `item`, `plain_item`, `bodies`, `header`; `directives`, `conditions` and
  `presence` for #if.
- What names mean: `macros` is what is known, `meaning` reads a definition, with `loop_heads`; `own_meanings` are the
  file's, `headers` those of what it includes, with `search_path`, `harvest` and `header_cache`.
- Trees: `parse`, by the folders `view` (what the grammar is shown) and `tree` (what becomes of it); `syntax` is their
  vocabulary, `families` its groups, `render` prints them, `parse_rate` counts what is read.
- Sets and graphs: `bit_set`, `components`, `reach`.
"""
