"""Where each value in a file of YAML begins and ends, for commands that change single values and nothing else."""

from dataclasses import dataclass
from typing import Any

import yaml

from masterplan.model.naming import composed
from masterplan.model.place import Step

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class TextSpan:
    """A value in a text: the positions at which it begins and ends, without blanks and comments after it.

    `key` is where its key begins, or it itself in a list. `style` is the sign of a quoted text or a block of text, `[`
    or `{` for a collection in brackets, else empty.
    """

    key: int
    start: int
    end: int
    style: str = ""
    children: "dict[str, TextSpan] | list[TextSpan] | None" = None

    def child(self, step: Step) -> "TextSpan | None":
        """The value one step down; None where the file has none."""
        if isinstance(self.children, dict):
            return self.children.get(str(step))
        if isinstance(self.children, list) and isinstance(step, int) and step < len(self.children):
            return self.children[step]
        return None

    @property
    def is_flow(self) -> bool:
        """Whether it is a collection in brackets."""
        return self.style in {"[", "{"}


def text_spans(text: str) -> TextSpan:
    """The whole of a file that `source.parse` has read without findings; `text` is without a mark of its encoding."""
    root = TextSpan(0, 0, 0, children=[])
    open_: list[TextSpan] = [root]
    keys: list[tuple[int, str] | None] = [None]
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            closed = open_.pop()
            keys.pop()
            closed.end = _index(event.end_mark) if closed.is_flow else _end(closed)
        elif isinstance(event, yaml.NodeEvent):
            above, key, start = open_[-1], keys[-1], _index(event.start_mark)
            if isinstance(above.children, dict) and key is None and isinstance(event, yaml.ScalarEvent):
                keys[-1] = start, composed(event.value)
                continue
            extent = _begun(event, key[0] if key else start, start, text)
            if isinstance(above.children, dict) and key:
                above.children[key[1]] = extent
                keys[-1] = None
            elif isinstance(above.children, list):
                above.children.append(extent)
            if extent.children is not None:
                open_.append(extent)
                keys.append(None)
    return root.children[0] if isinstance(root.children, list) and root.children else root


def _begun(event: yaml.NodeEvent, key: int, start: int, text: str) -> TextSpan:
    match event:
        case yaml.MappingStartEvent():
            return TextSpan(key, start, start, "{" if event.flow_style else "", {})
        case yaml.SequenceStartEvent():
            return TextSpan(key, start, start, "[" if event.flow_style else "", [])
    end = _index(event.end_mark)
    end = start + len(text[start:end].rstrip()) if end > start else end
    return TextSpan(key, start, end, event.style or "" if isinstance(event, yaml.ScalarEvent) else "")


def _end(extent: TextSpan) -> int:
    """Where a collection without brackets ends: with the last value in it."""
    children = extent.children.values() if isinstance(extent.children, dict) else extent.children or ()
    return max((child.end for child in children), default=extent.start)


def _index(mark: Any) -> int:
    return int(mark.index)
