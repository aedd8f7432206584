package io.weir.bench.report;

import java.util.List;

/** What all charts share: frame, text, colours that read on light and dark pages. */
final class Svg {
    private static final List<String> WEIR = List.of("#0b66c3", "#4aa3ff", "#0a3a6b", "#2fb3a8");
    private static final List<String> OTHERS = List.of("#d1622b", "#8a5fbf", "#6e7781", "#b08800");

    private Svg() {}

    /** The same colour for the same name in every chart: Weir's variants in blue, others apart from them. */
    static String colour(String name) {
        List<String> colours = name.startsWith("Weir") ? WEIR : OTHERS;
        int index =
                switch (name) {
                    case "Weir", "Weir, token stream", "Weir, HTTP", "Weir, together", "nchan", "nginx ×2", "pgbench" ->
                        0;
                    case "Weir, stream, no ticks", "Weir, core", "Weir, each alone", "socket.io", "HAProxy ×2" -> 1;
                    case "Weir, broadcasts", "bare sockets" -> 2;
                    default -> colours.size() - 1;
                };
        return colours.get(index);
    }

    static void text(StringBuilder out, int x, int y, String anchor, String weight, String text) {
        out.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"#24292f\">"
                        .formatted(x, y, anchor, weight))
                .append(escaped(text))
                .append("</text>\n");
    }

    /** Text in the colour of what is around it. */
    static void plain(StringBuilder out, int x, int y, String text) {
        out.append("<text x=\"%d\" y=\"%d\">".formatted(x, y))
                .append(escaped(text))
                .append("</text>");
    }

    static String document(int width, int height, String title, StringBuilder body) {
        var out = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                .formatted(width, height, width));
        out.append(" height=\"%d\" role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n"
                .formatted(height));
        out.append("<title>").append(escaped(title)).append("</title>\n");
        out.append("<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#ffffff\"/>\n");
        text(out, 12, 24, "start", "bold", title);
        return out.append(body).append("</svg>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
