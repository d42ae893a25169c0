// Which language the page speaks: the one that was chosen in Gradio's settings last, or the first
// of the browser's that there are words for. It stands in the head of the page, so that Gradio,
// which asks the browser for one language when it starts, hears of this one.

(() => {
  const KEPT = "explorer-language";
  const ENGLISH = "en"; // Gradio's, too, where it has no words
  const root = document.documentElement;
  const ours = (document.currentScript?.dataset.languages ?? "").split(" ");

  /** @param {string} tag */
  const family = (tag) => tag.split("-")[0].toLowerCase();

  // Those of our languages that is nearest: regions are not told apart.
  /** @param {string} tag */
  const wordsFor = (tag) => ours.find((language) => family(language) === family(tag));

  function recall() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null; // storage is forbidden
    }
  }

  /** @param {string} tag */
  function keep(tag) {
    try {
      localStorage.setItem(KEPT, tag);
    } catch {
      /* the browser's language holds again from the next start on */
    }
  }

  const spoken = recall() ?? navigator.languages.map(wordsFor).find(Boolean);
  if (spoken) Object.defineProperty(navigator, "language", { value: spoken, configurable: true });
  root.dataset.words = wordsFor(navigator.language) ?? ENGLISH;

  // Gradio names its language here: before there is a page when it starts, then when one is chosen.
  new MutationObserver(() => {
    if (document.querySelector(".explorer")) keep(root.lang);
  }).observe(root, { attributeFilter: ["lang"] });
})();
