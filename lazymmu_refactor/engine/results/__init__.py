"""What a run yields, and what of it can be kept.

An `outcome` is what comes of a file, a `site` what became of a place, `told` what other files are to know. From run to
run: `memory` is what the engine asks of whoever keeps outcomes, `record` writes values as JSON, `tool` tells who else
comes to the same results.
"""
