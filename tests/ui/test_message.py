import discord

from bot.ui.message import Button, Message

ROWS = ((Button("One", "a:b:v1:1"), Button("Two", url="https://example.org")), (Button("Three", "a:c:v1:1"),))


def test_the_marker_stands_on_the_first_button_only() -> None:
    rows = Message("x", rows=ROWS).view(12345).to_components()
    ids = [button.get("id") for row in rows for button in row["components"]]
    assert ids[0] == 12345
    assert 12345 not in ids[1:]


def test_buttons_stand_in_their_rows_with_their_ids_or_links() -> None:
    first, second = Message("x", rows=ROWS).view().to_components()
    assert [b["label"] for b in first["components"]] == ["One", "Two"]
    assert first["components"][0]["custom_id"] == "a:b:v1:1"
    assert first["components"][1]["url"] == "https://example.org"
    assert first["components"][1]["style"] == discord.ButtonStyle.link.value
    assert [b["label"] for b in second["components"]] == ["Three"]


async def test_discord_keeps_nothing_of_a_view() -> None:
    assert Message("x", rows=ROWS).view().is_finished()


def test_a_message_pings_its_role_or_nothing() -> None:
    nothing = Message("@everyone <@1> <@&2>").mentions().to_dict()
    assert nothing == {"parse": []}
    assert Message("<@&2>", role_id=2).mentions().to_dict() == {"parse": [], "roles": [2]}
