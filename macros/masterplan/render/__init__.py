"""Facts into text: one typed view per macro, templates that only show, diagrams, and reports for the terminal.

Knows no host: what it returns is Markdown with HTML blocks, right under any of them.
"""
