"""One tree of errors. Each says what was seen, what was expected and what to do next, in both languages.

ChidaoError
├── InputError            the person's input: a bad article, an unknown id        -> exit 1
├── SettingsError         a setting is missing or wrong                           -> exit 2
├── HomeError             the home folder: no generation, damage, a second writer -> exit 1
│   ├── NoGenerationError nothing has been reloaded yet
│   ├── DamagedError      a generation's file is not what its manifest says
│   ├── ServerError       the server that holds the index is not reached
│   └── TemporaryFolderError  the temporary folder cannot be written, so no generation can be opened
└── ModelError            the sentence encoder cannot be loaded or does not fit   -> exit 1
    └── NoVectorsError    the embedding service gives none now; words alone can be searched
"""

from typing import Self


class ChidaoError(Exception):
    """Base of every error that is shown to a person.

    Args:
        vi: the message in Vietnamese.
        en: the same message in English.
    """

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Both messages travel from one process to another; an exception of itself takes along what it shows only."""
        return type(self), (self.vi, self.en)

    def text(self, language: str) -> str:
        """The message in `language` ("en", else Vietnamese)."""
        return self.en if language == "en" else self.vi


class InputError(ChidaoError):
    """What a person gave cannot be used; other inputs go on."""


class SettingsError(ChidaoError):
    """A setting is missing or has a value that cannot be used."""


class HomeError(ChidaoError):
    """The home folder is not in a state the command can work with."""


class NoGenerationError(HomeError):
    """There is no generation to answer from yet."""


class DamagedError(HomeError):
    """A file of a generation is missing or is not the one its manifest names."""


class ServerError(HomeError):
    """The server that holds the index is not reached, or refuses; it may be there again in a moment."""


class TemporaryFolderError(HomeError):
    """The temporary folder cannot be written; every generation may be whole."""


class ModelError(ChidaoError):
    """The sentence encoder cannot be loaded, or is not the one the index was built with."""


class NoVectorsError(ModelError):
    """The embedding service fails, or its vectors are none of the index's: only words can be searched for now."""
