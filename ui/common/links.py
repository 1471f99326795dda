"""Settings in the address: `?preset=mnist-quick&loss=wgan_gp` fills the form, so a teacher can hand out a link.

Only what differs from the preset is in a link, under the names that `--set` of the command line uses; like
there, a loss brings its paper's settings. `st.query_params` carries it rather than Streamlit's own
`bind="query-params"`, which compares with one fixed default a widget, drops bad values without a word, and
knows nothing of settings that belong together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ganlib import presets
from ganlib.catalog import compatibility, drawing
from ganlib.config import FIELDS, TrainConfig
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.utils.errors import UserError

FIRST = "digits-quick"
"""The preset a form starts with: its data are on every machine, and it is done soonest."""

LONGEST = 40
"""Characters; no setting needs more, but a drawing, and whatever is longer is not repeated on the page."""


@dataclass(frozen=True)
class Draft:
    """Settings as a form holds them: each possible by itself, all together perhaps not."""

    preset: str  # the preset they started from
    values: Mapping[str, Any]  # every field of `TrainConfig`

    @classmethod
    def of(cls, preset: str) -> "Draft":
        """Return a preset as it is. Raises UserError: there is none of that name."""
        return cls(preset, presets.get(preset).config.to_dict())

    def base(self) -> dict[str, Any]:
        """Return what the settings would be had the person chosen the preset and the loss, and nothing else."""
        loss = self.values["loss"]
        own = presets.get(self.preset).config.to_dict()
        brought = compatibility.brought(loss, own["discriminator"]) if loss != own["loss"] else {}
        return {**own, **brought, "loss": loss}

    def brought(self) -> dict[str, Any]:
        """Return the settings that another loss than the preset's has brought along, as far as they still stand."""
        own, base = presets.get(self.preset).config.to_dict(), self.base()
        names = (name for name in base if name != "loss" and base[name] != own[name])
        return {name: base[name] for name in names if self.values[name] == base[name]}

    def changes(self) -> dict[str, Any]:
        """Return the settings that tell this draft from its preset; those a loss brings are not told twice."""
        own, base = presets.get(self.preset).config.to_dict(), self.base()
        chosen = {} if self.values["loss"] == own["loss"] else {"loss": self.values["loss"]}
        return chosen | {name: value for name, value in self.values.items() if value != base[name]}

    def with_values(self, **values: Any) -> "Draft":
        """Return a copy with some settings set to these values, and nothing else changed."""
        return Draft(self.preset, {**self.values, **values})

    def with_loss(self, loss: str) -> "Draft":
        """Return a copy with another loss and what comes with it: the preset's settings, or else its paper's."""
        other = self.with_values(loss=loss)
        base = other.base()
        return other.with_values(
            **{name: base[name] for name in compatibility.brought(loss, self.values["discriminator"])}
        )

    def config(self) -> TrainConfig:
        """Return the settings as a config. Raises UserError: they do not go together."""
        return TrainConfig.from_dict(self.values)


def query(draft: Draft) -> dict[str, str]:
    """Return the parameters of a link to a draft; `read` is the way back."""
    return {"preset": draft.preset} | {name: text(value) for name, value in draft.changes().items()}


def address(draft: Draft, page: str | None) -> str:
    """Return a link to a draft; `page` is the address of the Train page, where it is known."""
    return f"{page or ''}?{urlencode(query(draft))}"


def read(params: Mapping[str, str]) -> tuple[Draft, list[str]]:
    """Return the draft that a link asks for, and a sentence for each part of it that cannot be."""
    troubles, values = [], {}
    try:
        draft = Draft.of(_short(params.get("preset", FIRST)))
    except UserError as error:
        draft = Draft.of(FIRST)
        troubles.append(f"{error} The form starts from {FIRST} instead.")
    for name, text in params.items():
        if name == "preset":
            continue
        try:
            values[name] = _value(name, text)
        except UserError as error:
            troubles.append(f"Left out of the link: {error}")
    if "loss" in values:
        draft = draft.with_loss(values["loss"])
    return draft.with_values(**values), troubles


def run(name: str) -> Run:
    """Return the run that an address names: an own one or a shipped model, never a path; a `UserError` if none."""
    try:
        if "/" in name or "\\" in name:
            raise UserError("A path names no run.")
        return store.find(name)
    except UserError:
        raise UserError(
            f"There is no run {_short(name)!r}: the link is wrong, or the run was deleted or renamed."
        ) from None


def _value(name: str, text: str) -> Any:
    """Read one setting and check it by itself; whether all go together is the form's to say."""
    if name not in FIELDS:
        raise UserError(f"there is no setting {_short(name)!r}.")
    if len(text) > LONGEST and not drawing.read_name(text):
        raise UserError(f"{name} is never longer than {LONGEST} characters.")
    info = FIELDS[name]
    value = info.checked(info.parse(text))
    # Own images that were deleted, or are on another machine; of drawings there is no list.
    if info.choices and value not in list(info.choices) and not drawing.read_name(text):
        raise UserError(f"{value} is not on this machine.")
    return value


def text(value: Any) -> str:
    """Return a value as a link writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
