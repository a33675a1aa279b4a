"""From matches to edits, in the style of the file.

`plan` is the whole way, and `verify` says whether its result may be shown. What is done in one place and counts for
another: `prototypes` of a function, `readings` with one branch or another of an #if, `edges` of the #include lines.
Below them, ground floor first:

- `added`: added code, from the words of a rule to rows of text.
- `marks`: the code that is there, and what is to become of each token.
- `layout`: from marks to edits.
"""
