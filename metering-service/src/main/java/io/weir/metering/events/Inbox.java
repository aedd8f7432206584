package io.weir.metering.events;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.StreamId;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.database.Database;
import io.weir.metering.settings.Agents;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Books usage that others have counted, each event once: as a stream that begins and ends in the one statement, so that
 * it has a receipt, counts in usage and budgets, and is audited as every other.
 */
@ApplicationScoped
class Inbox {
    private static final String INGEST = """
            SELECT outcome, stream_id, charge, receivable
            FROM usage_ingest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """;

    private final Database database;
    private final MeteringSettings settings;
    private final Agents agents;
    private final RandomGenerator random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();

    Inbox(Database database, MeteringSettings settings, Agents agents) {
        this.database = database;
        this.settings = settings;
        this.agents = agents;
    }

    /** Books one after the other; a repetition after a failure books what is missing. */
    Uni<List<EventResult>> take(List<UsageEvent> events) {
        // One unknown agent refuses all, before anything is booked.
        events.forEach(this::agent);
        return Multi.createFrom()
                .iterable(events)
                .onItem()
                .transformToUniAndConcatenate(this::book)
                .collect()
                .asList();
    }

    private Uni<EventResult> book(UsageEvent event) {
        var data = event.data();
        var agent = agent(event);
        var tokens = data.tokens();
        StreamId stream = StreamId.next(clock, random);
        var session = data.session();
        var arguments = Tuple.tuple()
                .addString(event.source())
                .addString(event.id())
                .addString(hash(data))
                .addUUID(stream.value())
                .addString(data.account().value())
                .addString(session == null ? stream.responseId() : session.value())
                .addString(data.agent().value())
                .addString(agent.app().orElse(""))
                .addString(agent.price())
                .addString(data.model())
                .addLong(tokens.input())
                .addLong(tokens.cached())
                .addLong(tokens.cacheWrite())
                .addLong(tokens.output())
                .addLong(tokens.reasoning())
                .addOffsetDateTime(event.at().atOffset(ZoneOffset.UTC))
                .addLong(settings.welcomeMicro());
        return database.one(INGEST, arguments, row -> switch (row.getString("outcome")) {
            case "no_price" -> throw new IllegalStateException("no price for the agent " + data.agent());
            case String outcome ->
                new EventResult(
                        event.source(),
                        event.id(),
                        outcome,
                        new StreamId(row.getUUID("stream_id")),
                        row.getLong("charge"),
                        row.getLong("receivable"));
        });
    }

    private Agents.Agent agent(UsageEvent event) {
        var agent = agents.byName().get(event.data().agent().value());
        if (agent == null) {
            throw ProblemException.malformed("There is no agent " + event.data().agent() + ".");
        }
        return agent;
    }

    /** Tells an event that comes again from another one under its name. */
    private static String hash(UsageEvent.Data data) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(data.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
