/// Colours and shapes of the report, for light and dark.
enum Stylesheet {
    static let text: Markup = """
        :root{--page:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#5a6675;--line:#e3e7ec;
        --s0:#2a6fd6;--s1:#d9772b;--s2:#159a78;--s3:#8a5bd0;--s4:#c8467f;--s5:#6f8a1f;--other:#9aa8ba}
        @media(prefers-color-scheme:dark){:root{--page:#12161c;--card:#1a2029;--ink:#e6eaf0;--soft:#9aa6b5;
        --line:#2d3642;--s0:#6aa5f5;--s1:#eb9a5b;--s2:#47c4a2;--s3:#b08df0;--s4:#ec7fae;--s5:#a9c252;--other:#5d6b7d}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);
        font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
        main{max-width:1320px;margin:0 auto;padding:32px 24px 64px}
        h1{font-size:28px;margin:0}h2{font-size:20px;margin:36px 0 4px}h3{font-size:16px;margin:28px 0 8px}
        header p,.note{color:var(--soft);margin:4px 0 14px}
        .machine{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:12px 28px;margin:20px 0;
        background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px}
        dt{color:var(--soft);font-size:12px}dd{margin:0}
        .plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,560px),1fr));gap:18px;
        align-items:start}
        figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px 10px}
        figcaption{font-weight:600}
        svg{display:block;width:100%;height:auto;margin-top:6px;font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:6px 0 0;padding:0;font-size:12.5px;
        color:var(--soft)}
        .key{display:inline-block;width:16px;height:4px;border-radius:2px;margin-right:6px;vertical-align:middle;
        background:var(--mine)}
        .key.reference{background:repeating-linear-gradient(90deg,var(--soft) 0 4px,transparent 4px 7px)}
        .s0{--mine:var(--s0)}.s1{--mine:var(--s1)}.s2{--mine:var(--s2)}
        .s3{--mine:var(--s3)}.s4{--mine:var(--s4)}.s5{--mine:var(--s5)}
        .other{--mine:var(--other)}
        .grid{stroke:var(--line);stroke-width:1}
        .tick,.detail{fill:var(--soft)}.detail{font-size:11px}
        .axis{fill:var(--soft);font-size:12.5px}.name,.figure{fill:var(--ink);font-size:12.5px}
        .line{fill:none;stroke:var(--mine);stroke-width:2.2;stroke-linejoin:round}
        .line.reference{stroke:var(--soft);stroke-dasharray:5 4;stroke-width:1.6}
        .dot{fill:var(--mine);stroke:var(--card);stroke-width:1.5}.bar{fill:var(--mine)}
        .mark{stroke:var(--ink);stroke-dasharray:3 3;stroke-width:1.2}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
        table{border-collapse:collapse;width:100%;font-size:13.5px}
        th,td{padding:7px 14px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--soft);font-weight:500}tr:last-child td{border-bottom:0}
        .number{font-variant-numeric:tabular-nums;white-space:nowrap}
        """
}
