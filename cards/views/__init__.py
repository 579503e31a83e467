"""Pages: thin, they ask the models and the rooms below."""
