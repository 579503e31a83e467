// While cards are being checked, fetches the page again and shows what changed. Without scripts, the page reloads itself.
"use strict";
(() => {
  const SECONDS = 2;
  const words = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");
  const board = () => document.getElementById("board");
  let wait = SECONDS;

  const changes = (fresh) =>
    [...fresh.querySelectorAll(".card")]
      .filter((card) => words(document.getElementById(card.id)) !== words(card))
      .map((card) => words(card.querySelector("div")));

  const show = (page) => {
    const fresh = page.getElementById("board");
    if (words(fresh) === words(board())) return;
    const said = changes(fresh).join(". ");
    const focused = document.activeElement.id;
    board().replaceWith(document.adoptNode(fresh));
    document.title = page.title;
    const again = focused && document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
    document.getElementById("news").textContent = said;
  };

  const look = async () => {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.redirected || !page.getElementById("board")) return location.reload();
      show(page);
      wait = SECONDS;
    } catch {
      wait = Math.min(wait * 2, 60); // no network: come back less often
    }
    return follow();
  };

  const follow = () => {
    if ("checking" in board().dataset) setTimeout(look, wait * 1000);
  };

  follow();
})();
