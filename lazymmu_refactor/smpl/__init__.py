"""Reading semantic patches.

`reader` reads a file, `rule_reader` one rule of it. What they stand on, ground floor first:

- `patch`: what a semantic patch is once it has been read.
- `needs`: what a pattern asks of code before a tree is made of it.
- `tokens`: from text to tokens, and those of the code before a change and after it.
- `grammar`: from the tokens of a body to a pattern.
- `heading`: what stands before a body: a rule's header and its metavariables.
- `isomorphism`: other ways of writing what a pattern stands for.
- `change`: added code, hung on what it is added to.
"""
