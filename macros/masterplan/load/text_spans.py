"""The start and end of each value in a YAML file, for commands that edit single values and nothing else."""

from dataclasses import dataclass
from typing import Any

import yaml

from masterplan.model.naming import composed
from masterplan.model.place import Step

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class TextSpan:
    """The positions of a value in a text, without the spaces and comments after it.

    `key` is the start of its key, or of the value itself in a list. `style` is the quote or block indicator of a text,
    `[` or `{` for a collection in flow style, else empty.
    """

    key: int
    start: int
    end: int
    style: str = ""
    children: "dict[str, TextSpan] | list[TextSpan] | None" = None

    def child(self, step: Step) -> "TextSpan | None":
        """The value one step down; None if there is none."""
        if isinstance(self.children, dict):
            return self.children.get(str(step))
        if isinstance(self.children, list) and isinstance(step, int) and step < len(self.children):
            return self.children[step]
        return None

    @property
    def is_flow(self) -> bool:
        """Whether it is a collection in flow style, that is, in brackets."""
        return self.style in {"[", "{"}


def text_spans(text: str) -> TextSpan:
    """The spans in a file that `source.parse` reads without findings; `text` has no byte order mark."""
    root = TextSpan(0, 0, 0, children=[])
    stack: list[TextSpan] = [root]
    keys: list[tuple[int, str] | None] = [None]
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            collection = stack.pop()
            keys.pop()
            collection.end = _index(event.end_mark) if collection.is_flow else _end(collection)
        elif isinstance(event, yaml.NodeEvent):
            parent, key, start = stack[-1], keys[-1], _index(event.start_mark)
            if isinstance(parent.children, dict) and key is None and isinstance(event, yaml.ScalarEvent):
                keys[-1] = start, composed(event.value)
                continue
            span = _span(event, key[0] if key else start, start, text)
            if isinstance(parent.children, dict) and key:
                parent.children[key[1]] = span
                keys[-1] = None
            elif isinstance(parent.children, list):
                parent.children.append(span)
            if span.children is not None:
                stack.append(span)
                keys.append(None)
    return root.children[0] if isinstance(root.children, list) and root.children else root


def _span(event: yaml.NodeEvent, key: int, start: int, text: str) -> TextSpan:
    """The span of a value at its first event; the end of a collection is not known yet."""
    match event:
        case yaml.MappingStartEvent():
            return TextSpan(key, start, start, "{" if event.flow_style else "", {})
        case yaml.SequenceStartEvent():
            return TextSpan(key, start, start, "[" if event.flow_style else "", [])
    end = _index(event.end_mark)
    end = start + len(text[start:end].rstrip()) if end > start else end
    return TextSpan(key, start, end, event.style or "" if isinstance(event, yaml.ScalarEvent) else "")


def _end(collection: TextSpan) -> int:
    """The end of a collection without brackets, which is the end of its last value."""
    children = collection.children.values() if isinstance(collection.children, dict) else collection.children or ()
    return max((child.end for child in children), default=collection.start)


def _index(mark: Any) -> int:
    return int(mark.index)
