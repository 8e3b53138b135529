"""What charts are made of: cells, axes, labels, the theme, and the way to a baked picture."""
