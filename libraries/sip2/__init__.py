"""The Standard Interchange Protocol 2.00: its messages, and the conversation over a socket that carries them."""
