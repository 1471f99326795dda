/* A page's entry in the menu leads to its beginning, also from one lesson or one run: Streamlit keeps the address as it
   is where the page is the same. Each such view has a button that leads back; the entry presses it. */
(() => {
  if (window.ganExplorerMenu) return;
  window.ganExplorerMenu = true;

  const ENTRY = ':is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"])[aria-current="page"]';
  const BACK = ["lesson_all", "runs_back", "wall_back", "compare_back", "train_new"];

  document.addEventListener(
    "click",
    (event) => {
      const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
      const entry = isPlain && event.target.closest?.(ENTRY);
      const back = entry && document.querySelector(BACK.map((key) => `.st-key-${key} button`).join(", "));
      if (!back) return;
      event.preventDefault();
      event.stopPropagation();
      back.click();
      entry.closest('[data-testid="stSidebar"]')?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    },
    true,
  );
})();
