"""The code that is there, and what is to become of each token.

- `code` are an item's tokens, the trees above them and the lines on which they stand; `indent` tells where lines begin.
- `attach` marks what matches ask for. What follows from that: `lists` (commas), `braces`, `specifiers`, `remnants`.
- `dangling` are the questions about an else that a change may give to another if.
- A `cluster` is a run of tokens that go together.
"""
