"""The face to MkDocs: the vocabulary of pages, the state of a build, and what is published."""
