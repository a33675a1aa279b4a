"""Bytes, spans, edits and diffs; and the records that all values are made of."""
