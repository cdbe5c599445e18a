"""The model into facts: pure functions of a plan and a day. Nothing here sees YAML, Git, the disk or a clock."""

from masterplan.analyse.facts import Facts, analyse

__all__ = ["Facts", "analyse"]
