"""From the files of a pack to a `Pack`, or to everything that is wrong with it.

A pack is a directory with pack.yaml (`PackManifest`) and one .yaml file for each category (`CategoryFile`).
Files whose names start with a dot are not read, nor are files that are not YAML.
These functions read files and compute: call them off the event loop.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path as FilePath
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from questions import limits
from questions.choice_balance import balance_complaints, weigh
from questions.complaints import complaints, with_nearest
from questions.lint import lint
from questions.mistakes import Mistake, PackError, Path
from questions.models import CategoryFile, ChoiceQuestion, Pack, PackManifest, PackQuestion, Question
from questions.nodes import Document, read_document
from questions.text import shown

MANIFEST: Final = "pack.yaml"
_SUFFIX: Final = ".yaml"
_MISNAMED: Final = frozenset({".yml", ".yaml"})


_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class Examination:
    """What became of a pack: `pack` is there when the models accept it, even if lint found something."""

    name: str
    pack: Pack | None
    mistakes: tuple[Mistake, ...]


def load_pack(directory: FilePath) -> Pack:
    """Return the pack, or raise PackError with every mistake. Content rules (lint) do not stop it."""
    files, mistakes = _read_directory(directory)
    found = _Examiner(files, mistakes).examine(directory.absolute().name, with_lint=False)
    if found.pack is None:
        raise PackError(found.mistakes)
    return found.pack


def check_pack(directory: FilePath) -> list[Mistake]:
    """Return what load_pack would refuse and what the content rules find, sorted by file and line."""
    return list(examine_pack(directory).mistakes)


def examine_pack(directory: FilePath) -> Examination:
    """Check a pack in a directory; both results at once."""
    files, mistakes = _read_directory(directory)
    return _Examiner(files, mistakes).examine(directory.absolute().name)


def examine_files(name: str, files: Mapping[str, bytes]) -> Examination:
    """Check a pack that is not on the disk: file names without directories, and what they hold."""
    mistakes: list[Mistake] = []
    return _Examiner(_within_size(name, files, mistakes), mistakes).examine(name)


def _read_directory(directory: FilePath) -> tuple[dict[str, bytes], list[Mistake]]:
    """Read the pack's files, none of them further than its limit."""
    name = shown(directory, 200)
    try:
        paths = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return {}, [
            Mistake(name, 0, "", f"this directory does not exist; name the one that holds {MANIFEST}")
        ]
    except OSError as error:
        return {}, [Mistake(name, 0, "", f"cannot be read as a directory: {error.strerror}")]
    mistakes: list[Mistake] = []
    files: dict[str, bytes] = {}
    for path in paths:
        if path.suffix != _SUFFIX:
            if path.suffix.lower() in _MISNAMED:
                mistakes.append(
                    Mistake(shown(path.name), 0, "", f"is not read; its name has to end in {_SUFFIX}")
                )
            continue
        try:
            if not path.is_file():
                mistakes.append(
                    Mistake(shown(path.name), 0, "", "is no regular file; remove it or rename it")
                )
                continue
            with path.open("rb") as file:
                files[path.name] = file.read(limits.FILE_BYTES + 1)
        except OSError as error:
            mistakes.append(Mistake(shown(path.name), 0, "", f"cannot be read: {error.strerror}"))
        if len(files) > limits.PACK_FILES:
            break
    return _within_size(name, files, mistakes), mistakes


def _within_size(name: str, files: Mapping[str, bytes], mistakes: list[Mistake]) -> dict[str, bytes]:
    """Return the files that may be parsed, and add a mistake for each of the others."""
    if len(files) > limits.PACK_FILES:
        message = f"has too many files; at most {limits.PACK_FILES} are allowed, {MANIFEST} among them"
        mistakes.append(Mistake(name, 0, "", message))
        return {}
    if sum(map(len, files.values())) > limits.PACK_BYTES:
        message = (
            f"has too much text; at most {limits.PACK_BYTES // 1024 // 1024} MiB are allowed in all files"
        )
        mistakes.append(Mistake(name, 0, "", message))
        return {}
    for file, content in files.items():
        if len(content) > limits.FILE_BYTES:
            message = f"is too large; at most {limits.FILE_BYTES // 1024:,} KiB are allowed"
            mistakes.append(Mistake(shown(file), 0, "", message))
    return {file: content for file, content in files.items() if len(content) <= limits.FILE_BYTES}


@dataclass
class _Entry:
    """A valid question and where it stands."""

    file: str
    position: int
    document: Document
    question: Question


@dataclass
class _Examiner:
    """Goes through the files of one pack and collects."""

    files: Mapping[str, bytes]
    mistakes: list[Mistake]
    entries: list[_Entry] = field(default_factory=list[_Entry])
    # Category key -> its file, for the sentence on a second file and for the pack's order.
    owners: dict[str, str] = field(default_factory=dict[str, str])
    slugs: dict[str, str] = field(default_factory=dict[str, str])

    def examine(self, name: str, *, with_lint: bool = True) -> Examination:
        readable = not self.mistakes or bool(self.files)
        manifest = self._manifest() if readable else None
        for file in sorted(self.files):
            if file != MANIFEST:
                self._category_file(file, manifest)
        if manifest is not None and not self.entries and not self.mistakes:
            self._add(MANIFEST, None, (), f"has no questions beside it; add a {_SUFFIX} file for a category")
        pack = self._pack(manifest) if manifest is not None and not self.mistakes else None
        if with_lint:
            self._lint(whole=pack is not None)
        return Examination(manifest.pack if manifest else shown(name), pack, _in_order(self.mistakes))

    def _lint(self, *, whole: bool) -> None:
        questions = [entry.question for entry in self.entries]
        for finding in lint(questions, whole=whole):
            entry = self.entries[finding.position]
            path = ("questions", entry.position, *finding.path)
            self._add(entry.file, entry.document, path, finding.message)
        if whole:
            # With some of the questions missing the shares would be those of another pack.
            choices = [question for question in questions if isinstance(question, ChoiceQuestion)]
            for complaint in balance_complaints(weigh(choices)):
                self._add(MANIFEST, None, (), complaint)

    def _add(self, file: str, document: Document | None, path: Path, message: str) -> None:
        line = document.line_of(path) if document else 0
        self.mistakes.append(Mistake(shown(file), line, _field(path), message))

    def _manifest(self) -> PackManifest | None:
        if MANIFEST not in self.files:
            if not any(mistake.file == MANIFEST for mistake in self.mistakes):
                self._add(MANIFEST, None, (), "is missing; add it, it names the pack and its categories")
            return None
        document = self._document(MANIFEST)
        return self._validated(PackManifest, MANIFEST, document)

    def _document(self, file: str) -> Document:
        document = read_document(self.files[file])
        self.mistakes += (
            Mistake(shown(file), line, _field(path), message) for line, path, message in document.mistakes
        )
        return document

    def _validated(self, model: type[_M], file: str, document: Document) -> _M | None:
        if document.data is None:
            return None
        try:
            return model.model_validate(document.data)
        except ValidationError as error:
            for path, message in complaints(error, model):
                self._add(file, document, path, message)
            return None

    def _category_file(self, file: str, manifest: PackManifest | None) -> None:
        document = self._document(file)
        valid = self._validated(CategoryFile, file, document)
        data = document.data
        data = cast("Mapping[str, Any]", data if isinstance(data, dict) else {})
        questions = data.get("questions")
        raw = cast("tuple[Any, ...]", questions if isinstance(questions, tuple) else ())
        if valid is not None:
            self.entries += (_Entry(file, i, document, q) for i, q in enumerate(valid.questions))
        else:
            self.entries += _valid_entries(file, document, raw)
        self._claim_category(file, document, data.get("category"), manifest)
        for position, question in enumerate(raw):
            self._claim_slug(file, document, position, question)

    def _claim_category(self, file: str, document: Document, key: Any, manifest: PackManifest | None) -> None:
        if not isinstance(key, str):
            return
        if manifest is not None:
            known = [category.key for category in manifest.categories]
            if key not in known:
                self._add(
                    file,
                    document,
                    ("category",),
                    with_nearest(f"is {shown(key)}, which is not in {MANIFEST}", key, known),
                )
        if key in self.owners:
            message = f"is {shown(key)}, which is taken by {self.owners[key]}; one file a category is allowed"
            self._add(file, document, ("category",), message)
        self.owners.setdefault(key, shown(file))

    def _claim_slug(self, file: str, document: Document, position: int, question: Any) -> None:
        slug = cast("dict[str, Any]", question).get("slug") if isinstance(question, dict) else None
        if not isinstance(slug, str):
            return
        path = ("questions", position, "slug")
        place = f"{shown(file)}:{document.line_of(path)}"
        if slug in self.slugs:
            message = (
                f"is {shown(slug, 60)} in {place} and in {self.slugs[slug]}; a slug may stand once in a pack"
            )
            self._add(file, document, path, message)
        self.slugs.setdefault(slug, place)

    def _pack(self, manifest: PackManifest) -> Pack:
        by_file = {file: key for key, file in self.owners.items()}
        order = [category.key for category in manifest.categories]
        questions = [
            PackQuestion(category=by_file[entry.file], question=entry.question) for entry in self.entries
        ]
        questions.sort(key=lambda question: order.index(question.category))
        return Pack(manifest=manifest, questions=tuple(questions))


_QUESTION: Final[TypeAdapter[Question]] = TypeAdapter(Question)


def _valid_entries(file: str, document: Document, raw: tuple[Any, ...]) -> list[_Entry]:
    """Pick the questions without a mistake out of a file with mistakes."""
    entries: list[_Entry] = []
    for position, data in enumerate(raw):
        try:
            entries.append(_Entry(file, position, document, _QUESTION.validate_python(data)))
        except ValidationError:  # told already, by the file as a whole
            continue
    return entries


def _field(path: Path) -> str:
    """Write a path as a person counts: `rubric.3`. Inside of a question its line says which one it is."""
    inside = (path[2:] if path[:1] == ("questions",) else ()) or path
    parts = [str(part + 1) if isinstance(part, int) else shown(part.split("\0")[0]) for part in inside]
    return ".".join(part for part in parts if part)


def _in_order(mistakes: list[Mistake]) -> tuple[Mistake, ...]:
    """Sort by file and line, and end each file's list where nobody reads on."""
    kept: list[Mistake] = []
    for file, group in groupby(sorted(set(mistakes)), key=lambda mistake: mistake.file):
        found = list(group)
        kept += found[: limits.FILE_MISTAKES]
        rest = len(found) - limits.FILE_MISTAKES
        if rest > 0:
            message = f"has {rest:,} more mistakes; correct those above first"
            kept.append(Mistake(file, found[limits.FILE_MISTAKES].line, "", message))
    return tuple(kept)
