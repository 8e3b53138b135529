"""A model from the config.json that is published with its weights."""
