package io.weir.metering.receipts;

import io.weir.contracts.holds.Receipt;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A receipt as a page to print: no scripts, nothing loaded from elsewhere. */
final class ReceiptPage {
    private static final int MICRO_DIGITS = 6;

    private final StringBuilder html = new StringBuilder(2048);

    private ReceiptPage() {}

    static String of(Receipt receipt) {
        var page = new ReceiptPage();
        page.head(receipt);
        page.facts(receipt);
        page.entries(receipt);
        return page.html.append("</body></html>\n").toString();
    }

    private void head(Receipt receipt) {
        html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Receipt ")
                .append(receipt.streamId())
                .append(
                        "</title><style>body{font:15px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
                                + "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .5rem;"
                                + "border-bottom:1px solid #ccc;overflow-wrap:anywhere}td.n{text-align:right;"
                                + "font-variant-numeric:tabular-nums}@media print{body{margin:0}}</style></head><body><h1>Receipt</h1>");
    }

    private void facts(Receipt receipt) {
        var tokens = receipt.tokens();
        html.append("<table>");
        fact("Stream", receipt.streamId());
        fact("Account", receipt.account());
        fact("Session", receipt.session());
        fact("Agent", receipt.agent());
        fact("Model", receipt.model());
        fact("Started", receipt.startedAt());
        fact("First token", receipt.firstTokenAt());
        fact("Ended", receipt.endedAt());
        var reason = receipt.endReason();
        fact("End", reason == null ? receipt.state() : reason.wire() + (receipt.cutOff() ? " (cut off)" : ""));
        fact("Input tokens", tokens.input() + " (" + tokens.cached() + " cached, " + tokens.cacheWrite() + " written)");
        fact("Output tokens", tokens.output() + " (" + tokens.reasoning() + " reasoning)");
        fact("Figures from", receipt.usageSource().wire());
        fact("Price", receipt.priceName() + ", version " + receipt.priceVersion());
        fact("Charge", credits(receipt.chargeMicro()) + " credits");
        if (receipt.receivableMicro() > 0) {
            fact("Not payable", credits(receipt.receivableMicro()) + " credits");
        }
        fact("SHA-256 of the text", receipt.textSha256());
        html.append("</table>");
    }

    private void entries(Receipt receipt) {
        html.append("<h2>Entries in the ledger</h2><table><tr><th>No</th><th>Time</th><th>Leg</th><th>Account</th>"
                + "<th>Credits</th></tr>");
        for (Receipt.Entry entry : receipt.entries()) {
            html.append("<tr><td>").append(entry.id()).append("</td><td>").append(entry.at());
            html.append("</td><td>").append(escaped(entry.leg())).append("</td><td>");
            html.append(escaped(entry.account())).append("</td><td class=\"n\">");
            html.append(credits(entry.amountMicro())).append("</td></tr>");
        }
        html.append("</table>");
    }

    private void fact(String name, @Nullable Object value) {
        if (value != null) {
            html.append("<tr><th>").append(name).append("</th><td>");
            html.append(escaped(value.toString())).append("</td></tr>");
        }
    }

    private static String credits(long micro) {
        return BigDecimal.valueOf(micro, MICRO_DIGITS).toPlainString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
