// Which theme the page shows, and when that changes.

/**
 * JupyterLab and VS Code say it on the body, documentation sites on the root element,
 * everything else leaves it to the reader's system.
 * @returns {"light"|"dark"}
 */
export function currentTheme() {
  const { body, documentElement: root } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "false" ? "dark" : "light";
  // A light theme of high contrast carries the class of the dark one as well.
  if (/\bvscode-(light|high-contrast-light)\b/.test(body.className)) return "light";
  if (/\bvscode-(dark|high-contrast)\b/.test(body.className)) return "dark";
  for (const element of [body, root]) {
    const named = element.dataset.theme ?? element.dataset.bsTheme ?? element.getAttribute("theme");
    if (named === "dark" || named === "light") return named;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/**
 * Call `changed` whenever the page's theme may have changed.
 * @returns {() => void} stops watching
 */
export function watchTheme(changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  for (const element of [document.body, document.documentElement]) {
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["class", "theme", "data-theme", "data-bs-theme", "data-jp-theme-light"],
    });
  }
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
