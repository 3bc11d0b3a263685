"""Settings from the environment and `.env`; the only reader of either."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.log import PARTS
from bot.core.paths import home
from bot.gateway.budget import DEFAULT_RATE
from questions import BUNDLED

# Ten years in seconds: beyond them a rehearsal is a typing error.
LARGEST_OFFSET = 315_576_000.0
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///studyloop.db"


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one line for the operator, of one part for each mistake."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """Everything an operator can set; `.env.example` lists the same names with comments."""

    # UTF-8 with or without the mark before it that Windows' editors write.
    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", extra="ignore", frozen=True
    )

    discord_token: SecretStr | None = None
    database_url: str = DEFAULT_DATABASE_URL
    discord_api_url: HttpUrl | None = None
    shard_count: Annotated[int, Field(ge=1, le=1000)] | None = None
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = DEFAULT_RATE
    log_level: Level = "INFO"
    log_format: Literal["plain", "json"] = "plain"
    log_levels: Annotated[dict[str, Level], NoDecode] = Field(default_factory=dict[str, Level])
    questions_dir: Path | None = None
    health_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    health_host: str = "127.0.0.1"
    backup_dir: Path | None = None
    backup_keep: Annotated[int, Field(ge=1, le=1000)] = 7
    clock_offset: float = Field(
        default=0.0, validation_alias="STUDYLOOP_CLOCK_OFFSET", ge=-LARGEST_OFFSET, le=LARGEST_OFFSET
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        """`NAME=` in `.env` means that the setting is not set; blanks around a value mean nothing anywhere.

        `.env` drops them by itself, and the environment, which Docker fills from the same file, does not.
        """
        bare = {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}
        return {name: value for name, value in bare.items() if value != ""}

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        """Read `SHARD_IDS=0,1` as a list; without any number it is unset."""
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()] or None

    @field_validator("log_levels", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """Read `LOG_LEVELS=outbox=DEBUG,quiz=WARNING` as a mapping."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        if any(not name.strip() or not level.strip() for name, _, level in pairs):
            raise ValueError("must be pairs such as outbox=DEBUG,quiz=WARNING")
        return {name.strip(): level.strip().upper() for name, _, level in pairs}

    @field_validator("log_levels")
    @classmethod
    def _of_parts(cls, value: dict[str, Level]) -> dict[str, Level]:
        """Refuse what is no part of the bot: the level would change nothing."""
        unknown = sorted(set(value) - set(PARTS))
        if unknown:
            raise ValueError(f"there is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
        return value

    @field_validator("shard_ids")
    @classmethod
    def _of_the_count(cls, value: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        """Refuse shards that do not exist: Discord would close the connection again and again."""
        if value is None or "shard_count" not in info.data:
            return value  # a wrong SHARD_COUNT has its own line
        count: int | None = info.data["shard_count"]
        if count is None:
            raise ValueError("needs SHARD_COUNT, the number of all shards")
        if len(set(value)) < len(value) or not all(0 <= number < count for number in value):
            raise ValueError(f"must be different numbers from 0 to {count - 1}, as SHARD_COUNT is {count}")
        return value

    @field_validator("database_url")
    @classmethod
    def _of_a_file(cls, value: str) -> str:
        """Refuse what names no file; accept plain `sqlite:///` too."""
        # SQLAlchemy takes a fifth of a second to import, and most commands do without.
        from bot.db.address import DRIVER, path_of  # noqa: PLC0415 as said above

        path_of(value)
        return DRIVER + value[value.index(":") :]

    @field_validator("questions_dir", "backup_dir")
    @classmethod
    def _from_home(cls, value: Path | None) -> Path | None:
        """Read `~` as the shell does, which reads neither `.env` nor a service's environment."""
        return None if value is None else home(value)

    @property
    def pack_dir(self) -> Path:
        """The folder of the question pack that the bot loads."""
        return self.questions_dir or BUNDLED

    @property
    def offset(self) -> timedelta:
        """How far the bot's clock is ahead of the machine's; for rehearsals and tests."""
        return timedelta(seconds=self.clock_offset)


def load_settings() -> Settings:
    """Read the environment and `.env`; raise SettingsError naming each wrong setting and what is allowed."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{str(problem['loc'][0]).upper()}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError(*lines) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f".env cannot be read (it is not UTF-8 from byte {error.start} on)") from None
    except OSError as error:
        raise SettingsError(f".env cannot be read ({error.strerror or error})") from None
