"""Outcomes as text and data: one file for each output."""
