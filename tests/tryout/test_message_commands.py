from __future__ import annotations

from tests.tryout.conftest import Visit


async def test_apps_on_a_message_are_listed_and_answer(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ben")
        await page.act("send_message", content="My answer in the open")
        await page.poll()
        channel = (await visitor.places("Ben"))["daily-question"]["id"]
        listed = await visitor.get(f"/try/message-commands?viewer={visitor.person('Ben')}&channel={channel}")
        assert listed == {"commands": ["Answer in a form", "Count as my answer"]}
        body = {"page": page.id, "message": page.message_id("in the open"), "command": "Count as my answer"}
        assert await visitor.post("/try/message-command", body) == {"done": True}
        assert visitor.tryout.bot.counted == ["My answer in the open"]
        assert "Counted as it stands" in str((await page.poll())["messages"])
        assert "Counted as it stands" not in str((await visitor.open("Ada")).state["messages"])


async def test_a_message_command_may_open_a_form(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ben")
        body = {"page": page.id, "message": page.message_id("Question 1"), "command": "Answer in a form"}
        await visitor.post("/try/message-command", body)
        assert (await page.poll())["modal"]["payload"]["title"] == "Your answer"


async def test_what_does_not_exist_is_refused_with_a_reason(visit: Visit) -> None:
    async with visit() as visitor:
        page = await visitor.open("Ben")
        body = {"page": page.id, "message": page.message_id("Question 1"), "command": "Count as my answer"}
        for wrong in (
            {"page": "p_forged"},
            {"message": "1"},
            {"command": "No such command"},
            {"message": "x"},
        ):
            assert (await visitor.post("/try/message-command", body | wrong)).keys() == {"error"}
        assert visitor.tryout.bot.counted == []


async def test_only_ones_own_private_messages_can_be_dismissed(visit: Visit) -> None:
    async with visit() as visitor:
        mara, ada = await visitor.open("Mara"), await visitor.open("Ada")
        panel = mara.message_id("Set up in")
        assert "error" in await visitor.post("/try/dismiss", {"page": ada.id, "message": panel})
        public = {"page": mara.id, "message": mara.message_id("Question 1")}
        assert "error" in await visitor.post("/try/dismiss", public)
        assert await visitor.post("/try/dismiss", {"page": mara.id, "message": panel}) == {"done": True}
        assert "Set up in" not in str((await mara.poll())["messages"])
        assert "Question 1" in str(mara.state["messages"])
