"""What published measurements say: rows beside the law, the fit, its intervals, errors and statistics."""
