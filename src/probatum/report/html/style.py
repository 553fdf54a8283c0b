"""The look of the HTML report: two palettes, and rules that use nothing but their names."""

from __future__ import annotations

LIGHT = {
    "bg": "#ffffff",
    "panel": "#f3f5f8",
    "ink": "#1a1f26",
    "muted": "#515b67",
    "line": "#cdd4dc",
    "link": "#0a4fb3",
    "good": "#0f6029",
    "bad": "#a8201a",
    "warn": "#714600",
    "who0": "#0a4fb3",
    "who1": "#8a2c00",
    "who2": "#0b5e52",
    "who3": "#7a1f7a",
    "who4": "#5a5200",
    "who5": "#515b67",
}
DARK = {
    "bg": "#10151b",
    "panel": "#1a212a",
    "ink": "#e7ebf0",
    "muted": "#a9b4c0",
    "line": "#3a4552",
    "link": "#8fb8ff",
    "good": "#7ddf9d",
    "bad": "#ffa199",
    "warn": "#f0c063",
    "who0": "#8fb8ff",
    "who1": "#ffb08a",
    "who2": "#6fdccb",
    "who3": "#eda6ee",
    "who4": "#d8d06a",
    "who5": "#a9b4c0",
}
"""Colours by purpose; `who0` to `who5` are authors. All but `bg`, `panel` and `line` are text on `bg` or `panel`."""


def _tokens(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())


_RULES = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:70rem;margin:0 auto;padding:0 1rem}
h1,h2,h3,h4{line-height:1.25;margin:1.6em 0 .5em;overflow-wrap:anywhere}
h1{font-size:1.25rem;margin:1rem 0 .2rem}h2{font-size:1.35rem}h3{font-size:1.1rem}h4{font-size:1rem}
p,ul,ol,dl,pre{margin:.5em 0}
a{color:var(--link)}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
.muted,.small,caption,dt{color:var(--muted)}
.said,.muted,code,dd,li,p{overflow-wrap:anywhere}
.said,dd,li,td,p{unicode-bidi:plaintext}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
code{direction:ltr;unicode-bidi:isolate;white-space:pre-wrap}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .7rem;overflow-x:auto}
pre code{white-space:pre}
.command code{white-space:pre-wrap}
.verdict{border:1px solid var(--line);border-left:.5rem solid var(--tone);border-radius:.5rem;background:var(--panel);
padding:.4rem 1rem .8rem;margin:1rem 0}
.verdict h2,.verdict h3{margin:.4rem 0;color:var(--tone)}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.warn{--tone:var(--warn)}.none{--tone:var(--muted)}
.word{color:var(--tone);font-weight:600;white-space:nowrap}
.finding{border:1px solid var(--line);border-radius:.5rem;padding:0 1rem .6rem;margin:1rem 0}
.finding h3,.finding h4{margin-top:.8rem}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1rem}
dt{font-size:.9rem}dd{margin:0;min-width:0}
.box{overflow-x:auto;margin:.8rem 0;border:1px solid var(--line);border-radius:.4rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;padding:.4rem .6rem;font-size:.86rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-top:1px solid var(--line);min-width:7rem}
tbody th,tfoot th{font-weight:600}th:first-child{width:1%;min-width:2.5rem}
.small,.under{font-size:.86em}.under{font-weight:400;white-space:nowrap;color:var(--muted)}
thead th{font-size:.86rem;color:var(--muted);min-width:4rem}
th>.said,td>.said{overflow-wrap:break-word}
.wide{min-width:17rem}td:has(>.n){min-width:4rem}
.n{white-space:nowrap;font-variant-numeric:tabular-nums}
details{margin:.4rem 0}summary{cursor:pointer;overflow-wrap:anywhere}
details>:not(summary){margin-left:.2rem}
svg{display:block;height:auto}
svg.ladder{width:100%;max-width:38rem;margin:.8rem 0}
svg text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg .m{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;unicode-bidi:isolate;direction:ltr}
svg .q{fill:var(--muted)}svg .b{font-weight:600}
svg .halo{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
svg .rail{stroke:var(--line);stroke-width:1.5;fill:none}
svg .dash{stroke-dasharray:4 4}
svg .arrow{stroke:var(--ink);stroke-width:1.4;fill:none}svg .back{stroke:var(--muted)}
svg .head{fill:var(--ink);stroke:none}svg .back.head{fill:var(--muted);stroke:none}
svg .tone{fill:var(--tone)}svg .mark{stroke:var(--tone);stroke-width:2.2;fill:none}
svg .pip{stroke:var(--muted);stroke-width:1;fill:none}svg .pip.on{fill:var(--ink)}
svg .bar{fill:var(--muted)}
svg.plot{width:100%;max-width:38rem;margin:.8rem 0}
svg .best{stroke:var(--ink);stroke-width:2;fill:none}
svg .dot{fill:var(--dye);stroke:var(--bg);stroke-width:1}svg.crowd .dot{stroke:none;opacity:.7}
svg.key{display:inline-block;width:1em;height:1em;margin-right:.3em;vertical-align:-.1em}
.who0{--dye:var(--who0)}.who1{--dye:var(--who1)}.who2{--dye:var(--who2)}
.who3{--dye:var(--who3)}.who4{--dye:var(--who4)}.who5{--dye:var(--who5)}
.keys{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
.tree{padding-left:1.1rem;border-left:2px solid var(--line);list-style:none;margin-left:.2rem}
.tree>li{margin:.35rem 0}
.tint{color:var(--tone)}.again{color:var(--warn);font-weight:600}
.add{color:var(--good)}.del{color:var(--bad)}
footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:.6rem;padding-bottom:2rem;font-size:.9rem}
@media (max-width:34rem){dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.5rem}
.verdict{padding:.3rem .7rem .6rem}.finding{padding:0 .7rem .5rem}}
"""
_PRINT = """
@media print{body{font-size:10.5pt}nav,.skip{display:none}.box,pre{overflow:visible}pre code{white-space:pre-wrap}
th>.said,td>.said{overflow-wrap:break-word}
.wide{min-width:0}svg.chart{width:100%}
details::details-content{content-visibility:visible;block-size:auto;overflow:visible}
.verdict,tr,svg.ladder,svg.plot{break-inside:avoid}h2,h3,h4{break-after:avoid}caption,thead{break-after:avoid}a{color:inherit;text-decoration:none}}
"""

CSS = (
    f":root{{color-scheme:light dark;{_tokens(LIGHT)}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_tokens(DARK)}}}}}" + _RULES + _PRINT
)
