"""Import of GitHub issues from a file exported with `gh`, the REST API or GraphQL."""
