package io.weir.metering.usage;

import io.weir.contracts.id.AccountId;
import io.weir.metering.access.Caller;
import io.weir.metering.accounts.AccountPath;
import io.weir.metering.answer.ProblemException;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The parameters of a question about usage, as they came. */
public class UsageRequest {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MOST = 10_000;
    private static final Duration LONGEST_OF_RECORDS = Duration.ofDays(100);

    @QueryParam("account")
    @Parameter(description = "Whose; by default the caller's own. Billing and admin may leave it out: all accounts.")
    @Nullable
    String account;

    @QueryParam("from")
    @Parameter(description = "First day or instant; 30 days before the end by default", example = "2026-12-01")
    @Nullable
    String from;

    @QueryParam("to")
    @Parameter(description = "Last day, or first instant after the end; now by default", example = "2026-12-31")
    @Nullable
    String to;

    @QueryParam("timeZone")
    @Parameter(description = "Whose days; UTC by default", example = "Europe/Vienna")
    @Nullable
    String timeZone;

    @QueryParam("window")
    @Parameter(description = "DAY by default", schema = @Schema(enumeration = {"MINUTE", "HOUR", "DAY", "MONTH"}))
    @Nullable
    String window;

    @QueryParam("groupBy")
    @Parameter(
            description = "account, key, app, agent, model, session, endReason; several with commas",
            example = "model,endReason")
    @Nullable
    String groupBy;

    @QueryParam("key")
    @Parameter(description = "Only of this API key; none: only without a key")
    @Nullable
    String key;

    @QueryParam("app")
    @Nullable
    String app;

    @QueryParam("agent")
    @Nullable
    String agent;

    @QueryParam("model")
    @Nullable
    String model;

    @QueryParam("session")
    @Nullable
    String session;

    @QueryParam("endReason")
    @Nullable
    String endReason;

    @QueryParam("limit")
    @Parameter(description = "Most rows of a page: 1 to 10000, 1000 by default")
    @Nullable
    String limit;

    @QueryParam("cursor")
    @Parameter(description = "next of the page before, with otherwise the same parameters")
    @Nullable
    String cursor;

    @QueryParam("order")
    @Parameter(
            description = "Of single records; oldest first by default",
            schema = @Schema(enumeration = {"oldest", "newest"}))
    @Nullable
    String order;

    @QueryParam("format")
    @Parameter(
            description = "As the Accept header by default",
            schema = @Schema(enumeration = {"json", "csv", "ndjson"}))
    @Nullable
    String format;

    @HeaderParam("Accept")
    @Parameter(hidden = true)
    @Nullable
    String accept;

    /**
     * The query for sums.
     *
     * @throws ProblemException malformed or forbidden
     */
    UsageQuery sums(Caller caller, Instant now) {
        var asked = new UsageQuery(span(now), window(), groups(), filters(caller), limit(), false, null);
        bounded(asked.span(), asked.window().longest());
        if (asked.needsRecords() && asked.window() != Window.MINUTE) {
            bounded(asked.span(), LONGEST_OF_RECORDS);
        }
        return asked.behind(Cursor.decode(cursor, asked.name(), asked.groupBy().size()));
    }

    /** The query for single records: a cursor's only key is the record's number. */
    UsageQuery records(Caller caller, Instant now) {
        var asked = new UsageQuery(span(now), Window.MINUTE, List.of(), filters(caller), limit(), newestFirst(), null);
        bounded(asked.span(), LONGEST_OF_RECORDS);
        return asked.behind(Cursor.decode(cursor, asked.name(), 1));
    }

    private static void bounded(Span span, Duration longest) {
        if (span.length().compareTo(longest) > 0) {
            throw ProblemException.malformed("This question may cover " + longest.toDays()
                    + " days at most; more days need a wider window, no session, and bounds on quarters of an hour.");
        }
    }

    private Span span(Instant now) {
        ZoneId zone = TimeZones.parse(timeZone == null ? "UTC" : timeZone);
        return Span.of(from, to, zone, now);
    }

    private Window window() {
        try {
            return window == null ? Window.DAY : Window.valueOf(window.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw ProblemException.malformed("window must be MINUTE, HOUR, DAY or MONTH.");
        }
    }

    private boolean newestFirst() {
        if (order != null && !order.equals("oldest") && !order.equals("newest")) {
            throw ProblemException.malformed("order must be oldest or newest.");
        }
        return "newest".equals(order);
    }

    private List<Dimension> groups() {
        List<Dimension> groups = new ArrayList<>();
        for (String name : (groupBy == null ? "" : groupBy).split(",", -1)) {
            if (!name.isBlank()) {
                groups.add(group(name.strip()));
            }
        }
        return groups;
    }

    private static Dimension group(String name) {
        try {
            return Dimension.of(name);
        } catch (IllegalArgumentException _) {
            throw ProblemException.malformed("groupBy takes " + Dimension.all() + ".");
        }
    }

    private Map<Dimension, String> filters(Caller caller) {
        Map<Dimension, String> filters = new EnumMap<>(Dimension.class);
        AccountId whose = whose(caller);
        put(filters, Dimension.ACCOUNT, whose == null ? null : whose.value());
        put(filters, Dimension.KEY, "none".equals(key) ? KeyText.NONE : key);
        put(filters, Dimension.APP, app);
        put(filters, Dimension.AGENT, agent);
        put(filters, Dimension.MODEL, model);
        put(filters, Dimension.SESSION, session);
        put(filters, Dimension.END_REASON, endReason);
        return filters;
    }

    private @Nullable AccountId whose(Caller caller) {
        if (account == null) {
            return caller.readsAll() ? null : caller.account();
        }
        var whose = AccountPath.parse(account);
        caller.mustRead(whose);
        return whose;
    }

    private static void put(Map<Dimension, String> filters, Dimension dimension, @Nullable String value) {
        if (value != null) {
            if (value.length() > 300 || value.indexOf('\0') >= 0) {
                throw ProblemException.malformed(dimension.parameter() + " is not one that can be.");
            }
            filters.put(dimension, value);
        }
    }

    private int limit() {
        try {
            int rows = limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit);
            if (rows >= 1 && rows <= MOST) {
                return rows;
            }
        } catch (NumberFormatException _) {
            throw noLimit();
        }
        throw noLimit();
    }

    private static ProblemException noLimit() {
        return ProblemException.malformed("limit must be from 1 to " + MOST + ".");
    }
}
