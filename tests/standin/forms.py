"""Forms: what Discord demands of one, and what it sends back when a member has filled it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.standin.world import FILE_UPLOAD, SELECT, TEXT_INPUT, Attachment, Interaction, walk

Filled: TypeAlias = str | list[str] | Attachment  # a text, the values of chosen options, an uploaded file


@dataclass(frozen=True)
class Form:
    """A form as a member sees it."""

    opened_by: Interaction
    data: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """What can be filled in, by the label it has."""
        return {part["label"]: part["component"] for part in self.data["components"] if "component" in part}

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the text fields, by their labels."""
        return {label: part.get("value") or "" for label, part in self.fields.items() if part["type"] == TEXT_INPUT}

    def filled(self, values: dict[str, Filled]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The components and what they refer to, as Discord sends them; what is not given stays as it stands."""
        sent, attachments = [], {}
        for label, part in self.fields.items():
            answer: dict[str, Any] = {"type": part["type"], "custom_id": part["custom_id"], "id": 2}
            value = values.get(label)
            if part["type"] == TEXT_INPUT:
                answer["value"] = value if isinstance(value, str) else part.get("value") or ""
            elif part["type"] == SELECT:
                answer["values"] = value if isinstance(value, list) else _chosen(part)
            elif isinstance(value, Attachment):
                answer["values"] = [str(value.id)]
                attachments[str(value.id)] = value
            sent.append({"type": 18, "id": 1, "component": answer})
        return sent, attachments

    def refused(self, values: dict[str, Filled]) -> list[str]:
        """Why Discord would not let a member submit this."""
        wrong = [f"no field {label} among {list(self.fields)}" for label in values if label not in self.fields]
        components, _ = self.filled(values)
        for (label, part), sent in zip(self.fields.items(), components, strict=True):
            answer = sent["component"]
            if part["type"] == TEXT_INPUT:
                length = len(answer["value"])
                if length > (part.get("max_length") or 4000) or (not length and part.get("required", True)):
                    wrong.append(f"{label} has {length} characters")
            elif part.get("required", True) and not answer.get("values"):
                wrong.append(f"{label} is not filled in")
        return wrong


def _chosen(select: dict[str, Any]) -> list[str]:
    return [option["value"] for option in select["options"] if option.get("default")]


def rules_broken(form: dict[str, Any]) -> list[str]:
    """What Discord refuses of a form beyond its description (components reference, "Modal", "Label", "Text Input")."""
    parts = [part for part in walk(form["components"]) if "custom_id" in part]
    inputs = [part for part in parts if part["type"] == TEXT_INPUT]
    selects = [part for part in parts if part["type"] == SELECT]
    ids = [part["custom_id"] for part in parts]
    rules = {
        "a form without 1 to 5 parts": not 1 <= len(form["components"]) <= 5,
        "a form's custom id twice": len(set(ids)) != len(ids),
        "a text longer than its field takes": any(
            len(part.get("value") or "") > (part.get("max_length") or 4000) for part in inputs
        ),
        "a select without 1 to 25 options": any(not 1 <= len(part["options"]) <= 25 for part in selects),
        "an option's text of the wrong length": any(
            not 1 <= len(option[key]) <= 100
            for part in selects
            for option in part["options"]
            for key in ("label", "value", "description")
            if option.get(key) is not None
        ),
        "an option's value twice": any(
            len({option["value"] for option in part["options"]}) != len(part["options"]) for part in selects
        ),
        "a part that no form has": any(part["type"] not in (TEXT_INPUT, SELECT, FILE_UPLOAD) for part in parts),
    }
    return [rule for rule, broken in rules.items() if broken]
