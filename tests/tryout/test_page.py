from __future__ import annotations

import asyncio
from datetime import datetime

from tests.tryout.conftest import Visit

ANSWER = "Start with the documents and how they change, then chunking, then retrieval."


async def test_the_question_is_there_and_every_place_has_its_kind(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada")
        assert "Question 1" in str(page.state["messages"])
        kinds = {name: place["kind"] for name, place in (await visitor.places("Ada")).items()}
        assert kinds == {
            "daily-question": "text",
            "general": "text",
            "question-forum": "forum",
            "StudyLoop": "dm",
        }


async def test_four_people_of_whom_one_organises(visit: Visit) -> None:
    async with visit() as visitor:
        people = (await visitor.around("Ada"))["people"]
        assert [(person["name"], person["organiser"]) for person in people] == [
            ("Mara", True),
            ("Ada", False),
            ("Ben", False),
            ("Chidi", False),
        ]


async def test_just_before_nine_the_question_comes_by_itself(visit: Visit) -> None:
    async with visit(at=datetime.fromisoformat("2026-11-24T08:59:58")) as visitor:
        page = await visitor.open("Ada")
        assert page.state["messages"] == {}
        await page.until("Question 1")
        (message,) = page.state["messages"].values()
        assert message["timestamp"].startswith("2026-11-24T08:00:00")


async def test_acting_as_somebody_shows_what_only_they_see(visit: Visit) -> None:
    async with visit() as visitor:
        assert "Set up in" in str((await visitor.open("Mara")).state["messages"])
        assert "Set up in" not in str((await visitor.open("Ada")).state["messages"])


async def test_a_private_room_is_only_there_for_who_is_in_it(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada")
        await page.click("Answer")
        await page.poll()
        await page.submit(
            **{page.state["modal"]["payload"]["components"][0]["components"][0]["custom_id"]: ANSWER}
        )
        room = (await visitor.places("Ada"))["Room 1"]
        assert room["kind"] == "private"
        assert room["parent_id"] == (await visitor.places("Ada"))["daily-question"]["id"]
        assert ANSWER in str((await visitor.open("Ada", "Room 1")).state["messages"])
        assert "Room 1" not in await visitor.places("Ben")
        refused = await visitor.post(
            "/api/pages", {"viewer_id": visitor.person("Ben"), "channel_id": room["id"]}
        )
        assert ANSWER not in str(refused)
        assert "Room 1" not in str((await visitor.open("Ben")).state)


async def test_new_is_what_others_wrote_since_one_looked(visit: Visit) -> None:
    async with visit() as visitor:
        daily = (await visitor.places("Ben"))["daily-question"]
        assert daily["unread"] == 1
        assert (await visitor.places("Ben", daily["id"]))["daily-question"]["unread"] == 0
        page = await visitor.open("Ada")
        await page.act("send_message", content="Good morning")
        assert (await visitor.places("Ben"))["daily-question"]["unread"] == 1
        assert (await visitor.places("Ada", daily["id"]))["daily-question"]["unread"] == 0
        ben = next(p for p in (await visitor.around("Ada"))["people"] if p["name"] == "Ben")
        assert ben["unread"] == 1
        await page.act("send_message", content="for Ben")
        assert (await visitor.places("Ada"))["daily-question"]["unread"] == 0


async def test_a_direct_message_counts_as_for_one(visit: Visit) -> None:
    async with visit() as visitor:
        visitor.tryout.bot.answers[int(visitor.person("Ada"))] = ANSWER
        await visitor.post("/try/next", {"viewer": visitor.person("Ada")})
        assert (await visitor.places("Ada"))["StudyLoop"]["mentions"] == 1
        assert (await visitor.places("Ben"))["StudyLoop"]["mentions"] == 0
        assert "the best" in str((await visitor.open("Ada", "StudyLoop")).state["messages"])


async def test_next_event_moves_the_clock_to_the_reveal_and_says_where(visit: Visit) -> None:
    async with visit() as visitor:
        before = await visitor.around("Ada", (await visitor.places("Ada"))["daily-question"]["id"])
        answer = await visitor.post("/try/next", {"viewer": visitor.person("Ada")})
        assert answer["moved"]
        assert [place["name"] for place in answer["new"]] == ["daily-question"]
        assert 0 <= answer["now"] - before["next_event"] < 5_000
        page = await visitor.open("Ada")
        revealed = page.state["messages"][page.message_id("Model answer")]
        at = datetime.fromisoformat(revealed["timestamp"]).timestamp() * 1000
        assert 0 <= at - before["next_event"] < 5_000
        assert (await visitor.around("Ada"))["next_event"] > answer["now"]


async def test_what_the_bot_posts_by_itself_shows_within_a_second(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada")
        bot = visitor.tryout.bot
        asyncio.get_running_loop().call_later(
            0.1, lambda: asyncio.ensure_future(bot.channel.send("By itself"))
        )
        await page.until("By itself", seconds=1.1)


async def test_a_click_made_while_the_bot_posts_is_not_lost(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada")
        await visitor.tryout.bot.channel.send("News that this page has not seen")
        other = await visitor.open("Ben")  # publishes, so that the first page is behind
        receipts = await asyncio.gather(page.click("Answer"), other.click("Answer"))
        assert [receipt["settlement"] for receipt in receipts] == ["settled", "settled"]
        assert (await page.poll())["modal"] is not None


async def test_slash_commands_complete_and_answer(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada", "general")
        catalog = await visitor.get("/api/commands", page=page.id)
        greet = next(entry for entry in catalog["entries"] if entry["path"] == ["greet"])
        command = {
            "command_id": greet["commandId"],
            "path": greet["path"],
            "schema_fingerprint": greet["schemaFingerprint"],
        }
        found = await page.act(
            "autocomplete_command", **command, focused="who", value="al", options={"who": "al"}
        )
        assert [choice["name"] for choice in found["result"]["choices"]] == ["Alan"]
        await page.poll()
        await page.act("run_command", **command, options={"who": "Alan"})
        assert "Hello Alan" in str((await page.poll())["messages"])
        assert [entry["path"] for entry in catalog["entries"]] == [["greet"]]  # /setup is for organisers


async def test_a_form_half_typed_outlives_the_next_event(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ada")
        await page.click("Answer")
        handle = (await page.poll())["modal"]["handle"]
        await visitor.post("/try/next", {"viewer": visitor.person("Ada")})
        assert (await page.poll())["modal"]["handle"] == handle
        custom_id = page.state["modal"]["payload"]["components"][0]["components"][0]["custom_id"]
        receipt = await page.submit(**{custom_id: ANSWER})
        assert receipt["settlement"] == "settled"
        assert visitor.tryout.bot.answers == {int(visitor.person("Ada")): ANSWER}
