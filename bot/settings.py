"""Settings from the environment and `.env`; the only reader of either."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///studyloop.db"


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one line for the operator."""


class Settings(BaseSettings):
    """Everything an operator can set; `.env.example` lists the same names with comments."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    database_url: str = DEFAULT_DATABASE_URL
    discord_api_url: HttpUrl | None = None
    shard_count: Annotated[int, Field(ge=1, le=1000)] | None = None
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["plain", "json"] = "plain"
    questions_dir: Path | None = None
    health_file: Path | None = None
    clock_offset: float = Field(default=0.0, validation_alias="STUDYLOOP_CLOCK_OFFSET")

    @field_validator("discord_token", "discord_api_url", "questions_dir", "health_file", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        """`NAME=` in `.env` means that the setting is not set."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("shard_count", "shard_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        """Read `SHARD_IDS=0,1` as a list; blank is unset."""
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not parts:
            return None
        return parts[0] if len(parts) == 1 and "," not in value and parts[0] == value.strip() else parts

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        """`SHARD_IDS=0` is the list of one."""
        return [value] if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _async_driver(cls, value: str) -> str:
        """Accept plain `sqlite:///` and refuse what the bot cannot speak to."""
        if value.startswith("sqlite:///"):
            value = "sqlite+aiosqlite:///" + value.removeprefix("sqlite:///")
        if not value.startswith("sqlite+aiosqlite:///"):
            raise ValueError("must start with sqlite+aiosqlite:///, such as " + DEFAULT_DATABASE_URL)
        return value

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
        raise SettingsError("; ".join(lines)) from None
