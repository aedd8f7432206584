/** What the mock's agent says, cut into tokens. */
const PROSE = `A weir is a low wall across a river. Water backs up behind it, then spills over the crest, and the depth of that spill says how much is flowing. **Nothing else has to be measured.**

For a sharp crest of width \`b\` and a head \`h\` above it, the discharge is roughly:

| crest | discharge | error |
| --- | --- | --- |
| rectangular | 1.84 · b · h^1.5 | 3 % |
| v-notch, 90° | 1.38 · h^2.5 | 2 % |
| broad | 1.70 · b · h^1.5 | 5 % |

Two things spoil a reading:

1. The water below rises until it drowns the crest.
2. Silt gathers in front of the wall, so the water arrives faster than the formula assumes.

\`\`\`java
double discharge(double width, double head) {
    return 1.84 * width * Math.pow(head, 1.5); // cubic metres a second
}
\`\`\`

Read the gauge at least four heads upstream, where the surface is still level, and the number holds for years.`;

export function tokensOf(question) {
  const text = /table|short/i.test(question) ? PROSE.slice(0, 160) : PROSE;
  return text.match(/\s*\S{1,5}|\s+/g) ?? [];
}
