"""How fast the adapters read pages; see README.md."""
