"""Rules over files: what runs when, what becomes of each place, and how work is shared.

- Before the first file: `prepare` makes a `program`; with `usage`, `dependency`, `virtual` (values of the command
  line), `manner` (what matches mean to people), `anchor`, `form` and `options`.
- What need not be looked at: `item_needs`, `confined`, `purpose`, `demand`.
- One file, or several that are a unit: `run`, with `state`, `file`, `workpiece`, `scripted` and `settled`; headers by
  `inclusion` and `included`.
- What comes of it: `outcome` and its parts: `site`, `account` (the verdicts, with `element`), `note`, `remark`,
  `starred`.
- Many files: `scan` from names to outcomes, `workers`, `rounds`; `pool` and `process` on this machine, `cluster` on
  many; `limit`, `buffer`, `garbage`.
- From run to run: `memory`, `record` (values as JSON), `tool` (who else comes to the same results).
"""
