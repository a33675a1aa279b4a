"""Rule packs: manifests, parameters, cases."""
