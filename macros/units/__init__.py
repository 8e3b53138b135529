"""From text to SI and back: how a fact's text becomes a number, and a number the text that people read."""
