import discord

from bot.ui.forms import Checks, Form, TextField


def form(**changes: object) -> Form:
    field = TextField("text", "Your answer", "80 to 3500", "a draft", "Structure first", 80, 3500)
    return Form(
        **({"custom_id": "a:b:v1:1", "title": "Question 1", "fields": (field,), "intro": "Why?"} | changes)
    )


def test_a_form_is_written_down_as_discord_wants_it() -> None:
    modal = form().modal().to_dict()
    assert (modal["title"], modal["custom_id"]) == ("Question 1", "a:b:v1:1")
    text, label = modal["components"]
    assert text["content"] == "Why?"
    assert (label["label"], label["description"]) == ("Your answer", "80 to 3500")
    box = label["component"]
    assert (box["custom_id"], box["value"], box["placeholder"]) == ("text", "a draft", "Structure first")
    assert (box["min_length"], box["max_length"], box["required"]) == (80, 3500, True)
    assert box["style"] == discord.TextStyle.paragraph.value


def test_what_is_not_given_is_left_out() -> None:
    field = TextField("text", "What you add", long=False)
    (label,) = form(intro="", fields=(field,)).modal().to_dict()["components"]
    box = label["component"]
    assert not {"value", "placeholder", "min_length"} & {key for key, value in box.items() if value}
    assert box["required"] is False
    assert box["style"] == discord.TextStyle.short.value


async def test_discord_keeps_nothing_of_a_form() -> None:
    assert form().modal().is_finished()


def test_a_long_title_is_cut() -> None:
    assert len(form(title="x" * 100).modal().title) == 45


POINTS = ("Names a caching layer", "Says what is measured", "x" * 100)


def test_check_boxes_are_written_down_so_that_none_has_to_be_ticked() -> None:
    field = Checks("ticks", "What it covers", POINTS, "Nothing is fine too", frozenset({1}))
    (label,) = form(intro="", fields=(field,)).modal().to_dict()["components"]
    assert (label["label"], label["description"]) == ("What it covers", "Nothing is fine too")
    group = label["component"]
    assert (group["type"], group["custom_id"]) == (22, "ticks")
    assert (group["required"], group["min_values"], group["max_values"]) == (False, 0, 3)
    assert [(o["label"], o["value"], o.get("default", False)) for o in group["options"]] == [
        (POINTS[0], "0", False),
        (POINTS[1], "1", True),
        (POINTS[2], "2", False),
    ]
