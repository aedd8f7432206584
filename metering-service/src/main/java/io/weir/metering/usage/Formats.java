package io.weir.metering.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.metering.answer.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages as JSON, CSV or NDJSON. The last two name the next page in {@code Link} and the watermark in a header. */
@ApplicationScoped
class Formats {
    private static final String CSV = "text/csv";
    private static final String NDJSON = "application/x-ndjson";
    private static final String WATERMARK = "Weir-Watermark";

    private final ObjectMapper json;

    Formats(ObjectMapper json) {
        this.json = json;
    }

    /**
     * One page.
     *
     * @param whole its JSON
     * @param rows its rows
     * @param watermark number up to which it counts
     * @param next cursor of the next one
     */
    record Page<T>(
            Object whole,
            List<T> rows,
            long watermark,
            @Nullable String next) {}

    /** The page in the asked format, or as {@code Accept} says. */
    <T> Response answer(
            Page<T> page,
            @Nullable String format,
            @Nullable String accept,
            UriInfo uri,
            String header,
            Function<T, String> line) {
        var answer =
                switch (chosen(format, accept)) {
                    case "csv" ->
                        Response.ok(csv(page, header, line), CSV + ";charset=UTF-8")
                                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"usage.csv\"");
                    case "ndjson" -> Response.ok(ndjson(page), NDJSON);
                    default -> Response.ok(page.whole(), MediaType.APPLICATION_JSON);
                };
        String next = page.next();
        if (next != null) {
            // Relative, so that it also holds behind the edge.
            var query = uri.getRequestUriBuilder().replaceQueryParam("cursor", next);
            answer.header(HttpHeaders.LINK, "<?" + query.build().getRawQuery() + ">; rel=\"next\"");
        }
        return answer.header(WATERMARK, page.watermark()).build();
    }

    /**
     * The format that a caller asked for.
     *
     * @throws ProblemException malformed, if it is none
     */
    static String chosen(@Nullable String format, @Nullable String accept) {
        if (format == null) {
            String wanted = accept == null ? "" : accept;
            return wanted.contains(CSV) ? "csv" : wanted.contains(NDJSON) ? "ndjson" : "json";
        }
        if (!List.of("json", "csv", "ndjson").contains(format)) {
            throw ProblemException.malformed("format must be json, csv or ndjson.");
        }
        return format;
    }

    private static <T> String csv(Page<T> page, String header, Function<T, String> line) {
        var text = new StringBuilder(header).append("\r\n");
        page.rows().forEach(row -> text.append(line.apply(row)).append("\r\n"));
        return text.toString();
    }

    private <T> String ndjson(Page<T> page) {
        var text = new StringBuilder();
        page.rows().forEach(row -> text.append(write(row)).append('\n'));
        return text.toString();
    }

    private String write(Object row) {
        try {
            return json.writeValueAsString(row);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Fields of a line of CSV, as RFC 4180 has it; absent ones are empty. */
    static String line(@Nullable Object... fields) {
        var line = new StringBuilder();
        for (int i = 0; i < fields.length; i++) {
            line.append(i == 0 ? "" : ",").append(field(fields[i]));
        }
        return line.toString();
    }

    private static String field(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
