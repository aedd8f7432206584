/** Water that runs level, goes over the weir and runs on, lower and calm. */
export function Logo({ size = 30 }: { readonly size?: number }) {
  return (
    <svg className="logo" viewBox="0 0 32 32" width={size} height={size} role="img" aria-label="Weir">
      <rect className="logo-ground" width="32" height="32" rx="8" />
      <path className="logo-water" d="M4 11h10c4.2 0 4.6 3.2 5 6.4.4 3.3 1 5.6 4.5 5.6H28" />
      <path className="logo-water-deep" d="M4 15.5h7.5c2.8 0 3.3 2 3.7 4.3" />
      <path className="logo-wall" d="M9.5 19.5h1.6L14.2 27H6.6z" />
    </svg>
  );
}

/** The same, wide: the picture of the sign-in page and of an empty conversation. */
export function WeirScene() {
  return (
    <svg className="scene" viewBox="0 0 480 150" aria-hidden="true" focusable="false">
      <path className="scene-body" d="M0 52 H206 C236 52 240 70 246 92 C250 108 258 116 282 116 H480 V150 H0 Z" />
      <path className="scene-wall" d="M196 62 h22 c6 20 8 44 12 88 h-52 z" />
      <path className="scene-sheet" d="M0 52 H206 C236 52 240 70 246 92 C250 108 258 116 282 116 H480" />
      <g className="scene-staff">
        <path d="M112 28v122" />
        <path d="M112 34h12M112 46h7M112 58h12M112 70h7M112 82h12M112 94h7M112 106h12M112 118h7M112 130h12M112 142h7" />
      </g>
      <g className="scene-flow">
        <path d="M10 68 H100" />
        <path d="M134 68 H186" />
        <path d="M34 84 H96" />
        <path d="M140 84 H176" />
        <path d="M222 62 C232 70 235 84 239 98" />
        <path d="M270 126 H460" />
        <path d="M300 138 H430" />
      </g>
    </svg>
  );
}
