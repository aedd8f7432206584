package io.weir.metering.slots;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.database.Database;
import jakarta.enterprise.context.ApplicationScoped;

/** Who has which topic. One statement. */
@ApplicationScoped
class Slots {
    private static final String TAKE = "SELECT outcome, stream_id FROM slot_take($1, $2, $3, $4)";

    private final Database database;

    Slots(Database database) {
        this.database = database;
    }

    /** Done, and new, where the stream that was asked for has it now. */
    Uni<Outcome<SlotReply>> take(SlotRequest request) {
        var arguments = Tuple.of(
                request.tenant().value(),
                request.topic(),
                request.account().value(),
                request.streamId().value());
        return database.one(TAKE, arguments, Slots::taken);
    }

    private static Outcome<SlotReply> taken(Row row) {
        var reply = new SlotReply(new StreamId(row.getUUID("stream_id")));
        return switch (row.getString("outcome")) {
            case "taken" -> new Done<>(reply, true);
            case "open" -> new Done<>(reply, false);
            case "ended" -> Outcome.conflict("The stream of this topic has ended: nothing more can be written to it.");
            case "anothers" -> new Refused<>(ProblemType.FORBIDDEN, "Another account has written to this topic first.");
            case String other -> throw new IllegalStateException("slot: " + other);
        };
    }
}
