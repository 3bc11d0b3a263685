"use strict";
/* Runs in the frame before simcord's own scripts: says which channel it is, rests while another one is shown,
   and adds what simcord's page lacks (commands on a message, dismissing, links to places, living times). */
(() => {
  const query = new URLSearchParams(location.search);
  const viewer = query.get("viewer");
  const channel = query.get("channel");
  const secret = location.hash.slice(1);
  const draftKey = `draft:${viewer}:${channel}`;
  const frame = window.frameElement;
  const simcordFetch = window.fetch.bind(window);
  let page = null; // simcord's name for this view of the channel
  let wake = [];

  const tell = (message) => window.parent.postMessage(message, location.origin);
  const ask = async (path, body) => (await simcordFetch(path, {
    method: body ? "POST" : "GET",
    headers: { "X-Simcord-Capability": secret, "Content-Type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })).json();

  /* ---- simcord's requests ---- */
  const shown = () => !frame || frame.dataset.active === "yes";
  const untilShown = () => shown() ? Promise.resolve() : new Promise((resolve) => { wake.push(resolve); });

  window.fetch = async (input, init = {}) => {
    if (input === "/api/pages") {
      const response = await simcordFetch(input, { ...init, body: JSON.stringify({ viewer_id: viewer, channel_id: channel }) });
      if (!response.ok) tell({ kind: "toast", text: "This place cannot be opened any more." });
      return response;
    }
    if (input === "/api/state") await untilShown(); // a hidden channel need not ask twice a second
    page = init.headers?.["X-Simcord-Context"] ?? page;
    const response = await simcordFetch(input, init);
    if (input === "/api/action") {
      response.clone().json().then((receipt) => report(receipt, init.body)).catch(() => {});
      tell({ kind: "acted" });
    }
    return response;
  };

  /* ---- staying at the newest message ---- */
  const NEAR_PX = 120; // simcord asks for 1, which a growing command field already takes away
  let atEnd = true;
  function keepAtEnd() {
    const timeline = document.getElementById("channel-timeline");
    if (atEnd) requestAnimationFrame(() => { timeline.scrollTop = timeline.scrollHeight; });
  }

  const SAID_IN_PLACE = new Set(["browse_messages", "browse_candidates", "autocomplete_command", "configure_presentation"]);
  /** Say what simcord would have said in its toolbar, which is not shown here. */
  function report(receipt, body) {
    const kind = typeof body === "string" ? JSON.parse(body).kind : "";
    if (SAID_IN_PLACE.has(kind)) return;
    if (kind === "run_command" || kind === "send_message") { atEnd = true; keepAtEnd(); }
    const codes = (receipt.diagnostics ?? []).map((item) => item.code);
    if (codes.includes("command-option-invalid") || codes.includes("action-timeout")) return;
    if (codes.includes("action-callback-error")) tell({ kind: "toast", text: "The bot’s code raised an error; the terminal shows it." });
    else if (receipt.rejected) tell({ kind: "toast", text: "That did not go through: what you used has changed or is gone. Try it again." });
    else if (receipt.acknowledgement === "unacknowledged") tell({ kind: "toast", text: "The bot did not respond to that." });
  }

  /* ---- menu of a message ---- */
  let menu = null;
  function closeMenu() {
    menu?.remove();
    menu = null;
    document.querySelector(".try-target")?.classList.remove("try-target");
  }
  function item(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "menuitem");
    button.textContent = label;
    button.addEventListener("click", () => { closeMenu(); act(); });
    return button;
  }
  async function openMenu(message, x, y) {
    closeMenu();
    const mine = document.createElement("div");
    menu = mine;
    mine.className = "try-menu";
    mine.setAttribute("role", "menu");
    message.classList.add("try-target");
    const own = message.querySelector(".message-ephemeral-note") !== null; // Discord lets one only dismiss or copy these
    if (own) mine.append(item("Dismiss message", () => dismiss(message)));
    else for (const button of message.querySelectorAll(".message-context-actions > button:not(.try-more)")) {
      mine.append(item(button.getAttribute("aria-label"), () => button.click()));
    }
    const text = message.querySelector(".message-content")?.innerText;
    if (text && navigator.clipboard) mine.append(item("Copy text", () => void navigator.clipboard.writeText(text)));
    const { commands = [] } = own ? {} : await ask(`/try/message-commands?${new URLSearchParams({ viewer, channel })}`).catch(() => ({}));
    if (menu !== mine) return;
    if (commands.length) {
      const title = document.createElement("h2");
      title.textContent = "Apps";
      mine.append(title, ...commands.map((name) => item(name, () => runCommand(message, name))));
    }
    if (!mine.childElementCount) { closeMenu(); return; }
    document.body.append(mine);
    mine.style.left = `${Math.max(8, Math.min(x, innerWidth - mine.offsetWidth - 8))}px`;
    mine.style.top = `${Math.max(8, Math.min(y, innerHeight - mine.offsetHeight - 8))}px`;
    mine.querySelector("button").focus({ preventScroll: true });
  }
  async function send(path, body) {
    const answer = await ask(path, { page, ...body }).catch(() => ({ error: "The try-out does not answer." }));
    if (answer.error) tell({ kind: "toast", text: answer.error });
    tell({ kind: "acted" });
  }
  const runCommand = (message, command) => send("/try/message-command", { message: message.dataset.messageId, command });
  const dismiss = (message) => send("/try/dismiss", { message: message.dataset.messageId });
  const messageOf = (target) => target instanceof Element ? target.closest(".channel-message") : null;

  document.addEventListener("contextmenu", (event) => {
    const message = messageOf(event.target);
    if (!message || event.target.closest("a, input, textarea") || String(getSelection())) return;
    event.preventDefault();
    void openMenu(message, event.clientX, event.clientY);
  });
  let held = null;
  document.addEventListener("touchstart", (event) => {
    const message = messageOf(event.target);
    const touch = event.touches[0];
    clearTimeout(held);
    if (message && !event.target.closest("button, a")) held = setTimeout(() => void openMenu(message, touch.clientX, touch.clientY), 500);
  }, { passive: true });
  for (const name of ["touchend", "touchmove", "touchcancel"]) document.addEventListener(name, () => clearTimeout(held), { passive: true });
  document.addEventListener("pointerdown", (event) => { if (menu && !menu.contains(event.target)) closeMenu(); });
  document.addEventListener("keydown", (event) => {
    // An option chosen with the mouse takes the focus away; in Discord, Enter still sends the command.
    const form = document.getElementById("channel-composer");
    if (event.key === "Enter" && document.activeElement === document.body && form.querySelector(".command-context")) form.requestSubmit();
    if (!menu) return;
    if (event.key === "Escape") closeMenu();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = [...menu.querySelectorAll("button")];
    const step = event.key === "ArrowDown" ? 1 : all.length - 1;
    all[(all.indexOf(document.activeElement) + step) % all.length].focus();
  });
  document.addEventListener("scroll", (event) => { if (menu && event.target.id === "channel-timeline") closeMenu(); }, true);

  /* ---- links to places ---- */
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest("a[href^='https://discord.com/channels/']");
    if (link) {
      event.preventDefault();
      const [, , id, message] = new URL(link.href).pathname.split("/").slice(1);
      tell({ kind: "open", id, message });
    } else if (target?.closest(".thread-summary")) {
      tell({ kind: "open", id: messageOf(target).dataset.messageId }); // a thread has the id of its message
    } else if (target?.closest(".mention.try-link")) {
      tell({ kind: "open-name", name: target.textContent.replace(/^#\s*/, "") });
    } else if (target?.closest(".command-mention")) {
      type(target.textContent.trim());
    }
  }, true);
  function type(text) {
    const input = document.getElementById("channel-composer-input");
    if (!(input instanceof HTMLTextAreaElement)) return;
    input.value = text;
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* ---- what is added to each message ---- */
  function dress(message) {
    let bar = message.querySelector(".message-context-actions");
    if (!bar) {
      bar = document.createElement("div");
      bar.className = "message-context-actions";
      message.append(bar);
    }
    if (!bar.querySelector(".try-more")) {
      const more = document.createElement("button");
      more.type = "button";
      more.className = "message-action-button try-more";
      more.textContent = "⋯";
      more.title = "More, and the bot’s commands on this message";
      more.setAttribute("aria-label", "More");
      more.addEventListener("click", () => {
        const box = more.getBoundingClientRect();
        void openMenu(message, box.right - 208, box.bottom + 4);
      });
      bar.append(more);
    }
    const note = message.querySelector(".message-ephemeral-note");
    if (note && !note.querySelector("button")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "try-dismiss";
      button.textContent = "Dismiss";
      button.addEventListener("click", () => void dismiss(message));
      note.append(" ·", button);
    }
    for (const mention of message.querySelectorAll(".mention:not(.try-link)")) {
      if (mention.textContent.startsWith("#")) mention.classList.add("try-link");
    }
  }

  /* ---- living times ("in 5 minutes"), the half-typed text ---- */
  const RELATIVE = /^(in .+|.+ ago|now|today|tomorrow|yesterday|(this|next|last) .+)$/;
  const words = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  function relative(seconds) {
    const size = Math.abs(seconds);
    if (size < 60) return words.format(Math.round(seconds), "second");
    if (size < 3600) return words.format(Math.round(seconds / 60), "minute");
    if (size < 86400) return words.format(Math.round(seconds / 3600), "hour");
    return words.format(Math.round(seconds / 86400), "day");
  }
  function tick() {
    const now = window.parent.studyloopNow?.();
    if (now) {
      for (const time of document.querySelectorAll("time.discord-timestamp")) {
        if (!RELATIVE.test(time.textContent)) continue;
        const text = relative((Date.parse(time.dateTime) - now) / 1000);
        if (time.textContent !== text) time.textContent = text;
      }
    }
    const input = document.getElementById("channel-composer-input");
    if (input instanceof HTMLTextAreaElement && input.dataset.controlKey?.startsWith("composer:") && input.dataset.commandMode !== "true") {
      sessionStorage.setItem(draftKey, input.value);
    }
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin) return;
    if (event.data?.kind === "newest") { atEnd = true; keepAtEnd(); }
    if (event.data?.kind !== "shown") return;
    for (const resolve of wake.splice(0)) resolve();
    if (event.data.message) {
      document.querySelector(`[data-message-id="${CSS.escape(event.data.message)}"]`)?.scrollIntoView({ block: "center" });
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const list = document.getElementById("channel-message-list");
    new MutationObserver(() => {
      list.querySelectorAll(".channel-message").forEach(dress);
      keepAtEnd();
    }).observe(list, { childList: true, subtree: true });
    const timeline = document.getElementById("channel-timeline");
    timeline.addEventListener("scroll", () => {
      atEnd = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < NEAR_PX;
    }, { passive: true });
    const app = document.getElementById("preview-app");
    const drawn = new MutationObserver(() => {
      if (app.getAttribute("aria-busy") !== "false") return;
      drawn.disconnect();
      const draft = sessionStorage.getItem(draftKey);
      if (draft && !draft.startsWith("/")) { // "/" would open the list of commands by itself
        type(draft);
        document.activeElement?.blur();
      }
      setInterval(tick, 1000);
      tell({ kind: "drawn" });
    });
    drawn.observe(app, { attributes: true, attributeFilter: ["aria-busy"] });
  });
})();
