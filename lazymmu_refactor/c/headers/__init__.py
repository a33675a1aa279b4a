"""The headers that a file includes: where they lie, what is kept of them, and what names mean by them."""
