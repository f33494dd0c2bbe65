// The mail is held to the page's rules but for what its readers ask: Outlook lays tables out by
// attributes that HTML has given up, and by comments that only it reads.
const allowed = (...names) =>
    Object.fromEntries(names.map((name) => [name, { deprecated: false }]));

export default {
    root: true,
    extends: ["html-validate:recommended"],
    elements: [
        "html5",
        {
            table: { inherit: "table", attributes: allowed("cellpadding", "cellspacing", "width") },
            tr: { inherit: "tr", attributes: allowed("valign") },
            td: { inherit: "td", attributes: allowed("align", "width") },
        },
    ],
    rules: {
        // Readers drop the style sheet, so it is written into every element.
        "no-inline-style": "off",
        "no-conditional-comment": "off",
    },
};
