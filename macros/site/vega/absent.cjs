// Readers of CSV and of maps: live charts load no data, so these stay out of the bundle.
