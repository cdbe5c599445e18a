"""Issues of GitHub as a plan, from a file that `gh`, the REST interface or GraphQL gives."""
