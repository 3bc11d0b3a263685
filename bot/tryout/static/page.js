"use strict";
/* The list, the clock and the act-as switch. The channel itself is simcord's page in a frame (frame.js). */
(() => {
  const FRAMES_KEPT = 6; // channels that stay as they were left: scrolled, half typed, with an open form
  const POLL_MS = 700;
  const $ = (id) => document.getElementById(id);
  const secret = location.hash.slice(1);
  const chosen = { viewer: sessionStorage.getItem("viewer") || "", channel: "" };
  const frames = new Map(); // "viewer:channel" -> iframe, least recently shown first
  let state = null;
  let clockAhead = 0;
  let failures = 0;
  let polling = null;

  async function ask(path, body) {
    const response = await fetch(path, {
      method: body ? "POST" : "GET",
      headers: { "X-Simcord-Capability": secret, "Content-Type": "application/json" },
      cache: "no-store",
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.status === 403) throw Object.assign(new Error("forbidden"), { forbidden: true });
    return response.json();
  }

  /** The try-out's own time in milliseconds; the frames use it for "in 5 minutes". */
  const now = () => Date.now() + clockAhead;
  window.studyloopNow = now;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }
  function icon(kind) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    svg.firstChild.setAttribute("href", `#i-${kind}`);
    return svg;
  }
  function mark(mentions, unread) {
    if (!mentions && !unread) return null;
    const made = element("span", mentions ? "mark count" : "mark", mentions ? String(Math.min(mentions, 99)) : "");
    made.setAttribute("aria-label", mentions ? `${mentions} for you` : "new");
    return made;
  }
  function toast(text, label, act) {
    const made = element("div", "toast");
    made.append(element("span", "", text));
    const end = () => made.remove();
    if (act) {
      const button = element("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => { end(); act(); });
      made.append(button);
    }
    $("toasts").replaceChildren(made);
    setTimeout(end, act ? 9000 : 6000);
  }

  /* ---- what one sees ---- */
  const drawerOpen = () => $("app").classList.contains("open");
  function setDrawer(open) {
    $("app").classList.toggle("open", open);
    $("scrim").hidden = !open;
    $("menu").setAttribute("aria-expanded", String(open));
  }
  const place = (id) => state?.places.find((item) => item.id === id);

  function showPeople() {
    const box = $("people");
    if (box.childElementCount !== state.people.length) {
      box.replaceChildren(...state.people.map((person) => {
        const button = element("button", "person");
        button.type = "button";
        button.dataset.id = person.id;
        button.setAttribute("role", "radio");
        const face = element("span", "face", person.name[0]);
        face.style.setProperty("--colour", person.colour);
        face.setAttribute("aria-hidden", "true");
        button.append(face, element("span", "", person.name), element("small", "", person.organiser ? "organiser" : "member"));
        button.addEventListener("click", () => actAs(person.id));
        return button;
      }));
    }
    for (const button of box.children) {
      const person = state.people.find((item) => item.id === button.dataset.id);
      const self = person.id === chosen.viewer;
      button.setAttribute("aria-checked", String(self));
      button.querySelector(".mark")?.remove();
      const made = self ? null : mark(person.mentions, person.unread);
      if (made) button.append(made);
    }
  }

  function placeButton(item) {
    const button = element("button", `place${item.parent_id ? " child" : ""}`);
    button.type = "button";
    button.dataset.id = item.id;
    button.append(icon(item.kind), element("span", "", item.name));
    button.addEventListener("click", () => { open(item.id); setDrawer(false); });
    return button;
  }
  let listed = "";
  function showPlaces() {
    const list = state.places.map(({ id, kind, name, parent_id }) => [id, kind, name, parent_id]);
    if (JSON.stringify(list) !== listed) { // keep the nodes while nothing but marks changes: clicks and focus stay
      listed = JSON.stringify(list);
      const rows = [element("h2", "", "Channels and rooms")];
      let direct = false;
      for (const item of state.places) {
        if (item.kind === "dm" && !direct) { rows.push(element("h2", "", "Direct messages")); direct = true; }
        rows.push(placeButton(item));
      }
      $("places").replaceChildren(...rows);
    }
    for (const button of $("places").querySelectorAll(".place")) {
      const item = place(button.dataset.id);
      const current = item.id === chosen.channel;
      button.toggleAttribute("aria-current", current);
      button.classList.toggle("new", item.unread > 0 && !current);
      button.classList.toggle("archived", item.archived);
      button.querySelector(".mark")?.remove();
      const made = current ? null : mark(item.mentions, 0);
      if (made) button.append(made);
    }
    const elsewhere = state.places.filter((item) => item.id !== chosen.channel);
    const mentions = elsewhere.reduce((sum, item) => sum + item.mentions, 0);
    const unread = elsewhere.some((item) => item.unread);
    const menuMark = $("menu-mark");
    menuMark.hidden = !mentions && !unread;
    menuMark.className = mentions ? "mark count" : "mark";
    menuMark.textContent = mentions ? String(mentions) : "";
    document.title = `${mentions ? `(${mentions}) ` : unread ? "• " : ""}StudyLoop`;
  }

  function showTitle() {
    const item = place(chosen.channel);
    $("title-name").textContent = item?.name ?? "";
    $("title-topic").textContent = item?.topic ?? "";
    $("title-icon").setAttribute("href", `#i-${item?.kind ?? "text"}`);
    const forum = item?.kind === "forum";
    $("forum").hidden = !forum;
    if (forum) showForum(item);
  }
  let shownForum = "";
  function showForum(item) {
    const posts = state.places.filter((post) => post.parent_id === item.id);
    const key = JSON.stringify([item.id, posts.map((post) => [post.id, post.name, post.unread])]);
    if (key === shownForum) return;
    shownForum = key;
    const rows = posts.reverse().map((post) => {
      const button = element("button", "post");
      button.type = "button";
      button.append(icon("thread"), element("b", "", post.name));
      const made = mark(post.mentions, post.unread);
      if (made) button.append(made);
      button.addEventListener("click", () => open(post.id));
      return button;
    });
    const empty = element("p", "", "No posts yet. An organiser can have the question posted here: /setup with this channel, typed in another one.");
    $("forum").replaceChildren(element("h2", "", item.name), ...(rows.length ? rows : [empty]));
  }

  const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: state.zone, ...options });
  function showClock() {
    if (!state) return;
    const moment = new Date(now());
    const day = format({ weekday: "short", day: "numeric", month: "short" });
    $("clock-time").textContent = `${day.format(moment).replace(",", "")} ${format({ timeStyle: "medium" }).format(moment)}`;
    $("clock-zone").textContent = state.zone;
    const due = state.next_event;
    $("next").disabled = due === null || $("next").classList.contains("busy");
    if (due === null) { $("next-when").textContent = "nothing is due"; return; }
    const seconds = Math.round((due - now()) / 1000);
    const time = format({ hour: "2-digit", minute: "2-digit" }).format(due);
    $("next-when").textContent = seconds <= 0 ? "now" : seconds < 100 ? `in ${seconds} s`
      : day.format(due) === day.format(moment) ? `at ${time}` : `${format({ weekday: "short" }).format(due)} ${time}`;
  }

  /* ---- what one does ---- */
  function actAs(id) {
    chosen.viewer = id;
    sessionStorage.setItem("viewer", id);
    listed = shownForum = "";
    chosen.channel = sessionStorage.getItem(`channel:${id}`) || chosen.channel;
    void poll(true);
    setDrawer(false);
  }

  function open(id, message) {
    if (id !== chosen.channel) $("toasts").replaceChildren(); // what it offered is done, or passed over
    chosen.channel = id;
    sessionStorage.setItem(`channel:${chosen.viewer}`, id);
    const key = `${chosen.viewer}:${id}`;
    const forum = place(id)?.kind === "forum";
    for (const [other, frame] of frames) if (other !== key || forum) delete frame.dataset.active;
    if (!forum) {
      let frame = frames.get(key);
      if (!frame) {
        frame = element("iframe");
        frame.title = place(id)?.name ?? "Channel";
        frame.dataset.fresh = ""; // until its script says that it has drawn itself
        frame.src = `/channel?${new URLSearchParams({ viewer: chosen.viewer, channel: id })}#${secret}`;
        $("stage").append(frame);
      }
      frames.delete(key);
      frames.set(key, frame);
      frame.dataset.active = "yes";
      frame.contentWindow?.postMessage({ kind: "shown", message }, location.origin);
      for (const [old, idle] of frames) {
        if (frames.size <= FRAMES_KEPT) break;
        idle.remove();
        frames.delete(old);
      }
    }
    show();
  }

  function show() {
    showPeople();
    showPlaces();
    showTitle();
    showClock();
  }

  async function next() {
    $("next").classList.add("busy");
    showClock();
    try {
      const done = await ask("/try/next", { viewer: chosen.viewer });
      clockAhead = done.now - Date.now();
      await poll(true);
      if (!done.moved) { toast("Nothing is due. An organiser can set the group up with /setup."); return; }
      const time = format({ weekday: "long", hour: "2-digit", minute: "2-digit" }).format(done.now);
      const fresh = done.new.find((item) => item.id !== chosen.channel);
      if (fresh) toast(`It is ${time}. ${fresh.kind === "dm" ? "StudyLoop wrote to you" : `New in ${["text", "forum"].includes(fresh.kind) ? "#" : ""}${fresh.name}`}.`, "Open", () => open(fresh.id));
      else if (done.new.length) {
        toast(`It is ${time}. Something new is here.`);
        frames.get(`${chosen.viewer}:${chosen.channel}`)?.contentWindow.postMessage({ kind: "newest" }, location.origin);
      }
      else toast(`It is ${time}. Nothing new for ${state.people.find((person) => person.id === chosen.viewer).name}.`);
    } catch { toast("The try-out does not answer. Is it still running in the terminal?"); } finally {
      $("next").classList.remove("busy");
      showClock();
    }
  }

  function openByName(name) {
    const found = state.places.filter((item) => item.name === name);
    if (found.length) open(found[found.length - 1].id);
    else toast(`${name} is not open to you.`);
  }
  function openById(id, message) {
    if (place(id)) open(id, message);
    else toast("That place is not open to you, or it is gone.");
  }

  /* ---- staying up to date ---- */
  function end(text) {
    clearTimeout(polling);
    $("ended").textContent = text;
    $("ended").hidden = false;
  }

  let round = 0;
  async function poll(soon = false) {
    clearTimeout(polling);
    const mine = ++round;
    try {
      const query = new URLSearchParams({ viewer: chosen.viewer });
      if (chosen.channel && !document.hidden && !drawerOpen()) query.set("channel", chosen.channel);
      const answer = await ask(`/try/state?${query}`);
      if (mine !== round) return;
      if (answer.error) { // an old session: this world has other people
        sessionStorage.clear();
        chosen.viewer = chosen.channel = "";
        polling = setTimeout(poll, POLL_MS);
        return;
      }
      failures = 0;
      $("ended").hidden = true;
      const arrived = state === null || state.viewer !== answer.viewer;
      state = answer;
      chosen.viewer = answer.viewer;
      clockAhead = answer.now - Date.now();
      $("group-name").textContent = answer.group;
      if (arrived || !place(chosen.channel)) {
        const before = sessionStorage.getItem(`channel:${chosen.viewer}`);
        open([chosen.channel, before].find((id) => id && place(id)) ?? state.home);
      } else show();
    } catch (error) {
      if (mine !== round) return;
      if (error.forbidden) { end("Open the address that the try-out printed in the terminal."); return; }
      failures += 1;
      if (failures > 2) end("The try-out has ended. Start it again in the terminal.");
    }
    polling = setTimeout(poll, soon ? POLL_MS / 2 : document.hidden ? 4 * POLL_MS : POLL_MS);
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin) return;
    const { kind, id, message, name, text } = event.data ?? {};
    if (kind === "drawn") for (const frame of frames.values()) if (frame.contentWindow === event.source) delete frame.dataset.fresh;
    if (kind === "acted") void poll(true);
    if (kind === "open") openById(id, message);
    if (kind === "open-name") openByName(name);
    if (kind === "toast") toast(text);
  });
  $("next").addEventListener("click", next);
  $("menu").addEventListener("click", () => setDrawer(!drawerOpen()));
  $("scrim").addEventListener("click", () => setDrawer(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") setDrawer(false); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void poll(); });
  window.addEventListener("hashchange", () => location.reload());
  if (window.matchMedia("(max-height: 700px), (max-width: 760px)").matches) $("tips").open = false;
  setInterval(showClock, 250);
  void poll();
})();
