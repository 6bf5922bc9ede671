// One key for each decision: a button or link with data-key is pressed by its letter, unless somebody is writing.
(() => {
  let place = -1;
  const nextFinding = () => {
    const findings = [...document.querySelectorAll(".finding")];
    if (!findings.length) return;
    place = (place + 1) % findings.length;
    findings[place].focus();
    findings[place].scrollIntoView({ block: "center" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toUpperCase();
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled])`);
    if (!target) return;
    event.preventDefault();
    if (key === "N") nextFinding();
    else target.click();
  });
})();
