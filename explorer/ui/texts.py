"""Texts of Gradio's own components in the reader's language, out of the page's locale files."""

import gradio as gr

from explorer.words import LOCALES, words_in

LANGUAGES = sorted(path.stem for path in LOCALES.glob("*.json"))


class Texts:
    """Gives components texts by key, and remembers which, as each goes out with the page."""

    def __init__(self):
        self._keys: set[str] = set()

    def __call__(self, key: str) -> object:
        """What Gradio shows as the text of "section.name" in the browser's language.

        Raises:
            KeyError: no locale file has it.
        """
        _find(LANGUAGES[0], key)
        self._keys.add(key)
        return gr.I18n()(key)

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        try:
            _find(LANGUAGES[0], key)
        except KeyError:
            return False
        return True

    def translations(self) -> gr.I18n:
        """All texts that were asked for, in every language, whatever its region."""
        return gr.I18n(
            **{
                language.split("-")[0]: {key: _find(language, key) for key in sorted(self._keys)}
                for language in LANGUAGES
            }
        )


def _find(language: str, key: str) -> str:
    section, name = key.split(".", 1)
    found = words_in(language)[section]
    for part in name.split("."):
        found = found[part]
    return found
