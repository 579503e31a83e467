"""Signing in: by a provider, by passkey, or by a code sent to an e-mail address. Nobody has a password."""
